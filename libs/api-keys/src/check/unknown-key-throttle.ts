import { setTimeout as sleep } from 'node:timers/promises';
import { ConcurrencyLimit } from '#libs/kernel';

const LIMITS = { running: 1, waiting: 8 } as const;
/** How much longer than it worked the lane rests: a flood gets a fifth of one core, however long it lasts. */
const REST = 4;
/** On a busy machine hashing takes long: nobody shall wait for seconds. */
const MAX_REST_MS = 100;

/**
 * Where those are checked who failed a moment ago: one at a time, look-up and argon2, with pauses. So a flood of wrong keys keeps
 * neither the places for argon2 nor the processor nor the directory from those who have done nothing.
 */
export class SuspectLane {
  readonly #limit = new ConcurrencyLimit(LIMITS);
  /** `performance.now()` */
  #restsUntil = 0;

  /** @throws AppError `overloaded` when too many wait; whatever the work throws */
  pass<T>(work: () => Promise<T>): Promise<T> {
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
