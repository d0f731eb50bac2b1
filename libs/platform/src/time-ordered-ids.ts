import { randomUUID } from 'node:crypto';

const COUNTER_LIMIT = 0x1000;
/** Before the counter, so that both are four digits. */
const VERSION = 0x7000;

/**
 * UUIDs of version 7 (RFC 9562) for where they are made by the thousand: the time and a counter within the millisecond (`rand_a`,
 * method 1 of section 6.2) come first, so that those of one process order; then what `tail` gives: variant and 62 bits.
 */
export class TimeOrderedIds {
  #ms = 0;
  #counter = 0;
  #head = '';

  /** @param tail the end of a UUID from its third dash on, e.g. `-9a3c-0123456789ab` */
  constructor(private readonly tail: () => string) {}

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

/** The random end of a UUID. Variant and place are those of version 4, of which Node makes many at once. */
export function randomTail(): string {
  return randomUUID().slice(18);
}
