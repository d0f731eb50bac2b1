import { setTimeout as sleep } from 'node:timers/promises';
import { Gate } from '../security/index.js';

/** Compares a key with its hash; without a hash it works as long and says no. @throws AppError `overloaded` */
export interface KeyHasher {
  verify(hashed: string | undefined, key: string): Promise<boolean>;
}

const SUSPECTS = { running: 1, waiting: 8 } as const;
/** How much longer than it worked the lane of suspects rests: a flood gets a fifth of one core, however long it lasts. */
const REST = 4;
/** On a busy machine hashing takes long: nobody shall wait for seconds. */
const MAX_REST_MS = 100;

/**
 * Argon2 in two lanes. Who failed a moment ago goes one at a time, takes at most one of the process's two places and leaves pauses,
 * so that a flood of wrong keys keeps neither the places nor the processor from those who have done nothing.
 */
export class KeyVerifier {
  readonly #suspects = new Gate(SUSPECTS);
  /** `performance.now()` */
  #restsUntil = 0;

  constructor(private readonly hasher: KeyHasher) {}

  /** @throws AppError `overloaded` when too many wait */
  verify(hashed: string | undefined, key: string, isSuspect: boolean): Promise<boolean> {
    if (!isSuspect) return this.hasher.verify(hashed, key);
    return this.#suspects.pass(() => this.#withRest(() => this.hasher.verify(hashed, key)));
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
