import { randomBytes } from 'node:crypto';

const COUNTER_LIMIT = 0x1000;
/** Added to the counter, so that the version and the counter are four hexadecimal digits together. */
const VERSION = 0x7000;

/**
 * Generates UUIDs of version 7 (RFC 9562) cheaply, for thousands per second. They start with the time and a counter within the
 * millisecond (`rand_a`, method 1 of section 6.2), so the ids of one process are in ascending order. `tail` supplies the rest:
 * the variant and the random bits.
 */
export class TimeOrderedIds {
  #ms = 0;
  #counter = 0;
  #head = '';

  /** @param tail the end of a UUID from its third dash on, e.g. `-9a3c-0123456789ab` */
  constructor(private readonly tail: () => string) {}

  /** @param now Unix time in ms. When it goes back, the ids still ascend. */
  next(now = Date.now()): string {
    if (now > this.#ms) this.#begin(now);
    else if (++this.#counter >= COUNTER_LIMIT) this.#begin(this.#ms + 1);
    return this.#head + (VERSION + this.#counter).toString(16) + this.tail();
  }

  #begin(ms: number): void {
    const time = ms.toString(16).padStart(12, '0');
    this.#ms = ms;
    this.#counter = 0;
    this.#head = `${time.slice(0, 8)}-${time.slice(8)}-`;
  }
}

const POOL_BYTES = 4_096;
const TAIL_DIGITS = 15;
let pool = '';
let used = 0;

/** Returns the variant and 60 random bits of a UUID, from a pool: `randomBytes` for each id would cost more than the rest. */
export function randomTail(): string {
  if (used + TAIL_DIGITS > pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex');
    used = 0;
  }
  const at = used;
  used += TAIL_DIGITS;
  return `-8${pool.slice(at, at + 3)}-${pool.slice(at + 3, used)}`;
}
