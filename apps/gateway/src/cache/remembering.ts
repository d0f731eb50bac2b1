import { LRUCache } from 'lru-cache';

export interface RememberingOptions {
  readonly max: number;
  readonly ttlMs: number;
  /** Unix ms. */
  readonly now: () => number;
}

/**
 * Remembers answers for a while, a bounded number of them, and asks once for callers at the same time. What was asked before
 * something was forgotten is answered but not remembered: it may be the old truth. Failures are not remembered.
 */
export class Remembering<T extends object> {
  readonly #known: LRUCache<string, T>;
  readonly #running = new Map<string, Promise<T>>();
  #generation = 0;

  constructor({ max, ttlMs, now }: RememberingOptions) {
    this.#known = new LRUCache({ max, ttl: ttlMs, ttlResolution: 0, perf: { now } });
  }

  async get(key: string, ask: () => Promise<T>): Promise<T> {
    return this.#known.get(key) ?? this.#running.get(key) ?? this.#ask(key, ask);
  }

  forget(isMeant: (value: T) => boolean): void {
    this.#generation += 1;
    this.#running.clear();
    for (const [key, value] of this.#known.entries()) if (isMeant(value)) this.#known.delete(key);
  }

  #ask(key: string, ask: () => Promise<T>): Promise<T> {
    const generation = this.#generation;
    const running = ask()
      .then((value) => {
        if (generation === this.#generation) this.#known.set(key, value);
        return value;
      })
      .finally(() => {
        if (this.#running.get(key) === running) this.#running.delete(key);
      });
    this.#running.set(key, running);
    return running;
  }
}
