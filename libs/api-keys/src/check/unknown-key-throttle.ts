import { setTimeout as sleep } from 'node:timers/promises';
import { ConcurrencyLimit } from '#libs/kernel';

const LIMITS = { running: 1, waiting: 8 } as const;
/** The pause after a check is this many times longer than the check: a flood gets a fifth of one core. */
const REST = 4;
/** On a busy machine hashing is slow: bounds the wait. */
const MAX_REST_MS = 100;

/**
 * Runs the checks of suspect addresses one at a time, look-up and argon2, with pauses. A flood of wrong keys so leaves argon2, the
 * processor and the directory to other callers.
 */
export class UnknownKeyThrottle {
  readonly #limit = new ConcurrencyLimit(LIMITS);
  /** `performance.now()` */
  #restsUntil = 0;

  /** @throws AppError `overloaded` when too many wait; errors of the work */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#limit.run(() => this.#withRest(work));
  }

  async #withRest<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    if (start < this.#restsUntil) await sleep(this.#restsUntil - start);
    const began = performance.now();
    try {
      return await work();
    } finally {
      const ended = performance.now();
      this.#restsUntil = ended + Math.min(MAX_REST_MS, REST * (ended - began));
    }
  }
}
