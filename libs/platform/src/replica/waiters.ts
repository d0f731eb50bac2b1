/** Those who wait until something is so; each looks when told to. */
export class Waiters {
  readonly #looks = new Set<() => void>();

  /** Resolves with whether it is so: at once when it comes to be, else after `timeoutMs`. */
  comes(isSo: () => boolean, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#looks.delete(look);
        resolve(isSo());
      };
      const look = (): void => (isSo() ? finish() : undefined);
      const timer = setTimeout(finish, timeoutMs);
      this.#looks.add(look);
    });
  }

  look(): void {
    for (const look of this.#looks) look();
  }
}
