/** Lets a loop sleep until `wake` is called. A call while the loop is awake ends its next wait at once. */
export class WakeSignal {
  #isAwake = false;
  #wake: (() => void) | undefined;

  wake(): void {
    this.#isAwake = true;
    this.#wake?.();
  }

  /** Resolves at the next `wake`, at once when one was missed, or after `atMostMs`. */
  async wait(atMostMs: number): Promise<void> {
    if (!this.#isAwake) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, atMostMs);
      await promise;
      clearTimeout(timer);
    }
    this.#isAwake = false;
  }
}
