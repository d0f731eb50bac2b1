/** Callers that wait until a condition holds. `check` must be called after every change that may make one true. */
export class Conditions {
  readonly #checks = new Set<() => void>();

  /** Resolves with whether the condition holds: as soon as a check finds it true, else after `timeoutMs`. */
  waitUntil(holds: () => boolean, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#checks.delete(check);
        resolve(holds());
      };
      const check = (): void => (holds() ? finish() : undefined);
      const timer = setTimeout(finish, timeoutMs);
      this.#checks.add(check);
    });
  }

  check(): void {
    for (const check of this.#checks) check();
  }
}
