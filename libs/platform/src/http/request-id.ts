import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const ACCEPTED = /^[A-Za-z0-9._:-]{1,128}$/;
const COUNTER_LIMIT = 0x1000;

/**
 * UUIDs of version 7 (RFC 9562) at a tenth of the usual cost, for one is made per request: the time and a counter within the
 * millisecond (`rand_a`, method 1 of section 6.2) move, the 62 bits after them are random once per process. They tell requests
 * apart; they are no secret.
 */
class RequestIds {
  #ms = 0;
  #counter = 0;
  #head = '';
  #tail = '';

  next(now = Date.now()): string {
    if (now > this.#ms) this.#begin(now);
    else if (++this.#counter >= COUNTER_LIMIT) this.#begin(this.#ms + 1);
    return this.#head + this.#counter.toString(16).padStart(3, '0') + this.#tail;
  }

  #begin(ms: number): void {
    const time = ms.toString(16).padStart(12, '0');
    this.#ms = ms;
    this.#counter = 0;
    this.#head = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    if (this.#tail === '') this.#tail = tailOf(randomBytes(8));
  }
}

/** 62 random bits behind the variant `10`. */
function tailOf(bytes: Buffer): string {
  bytes[0] = (bytes[0]! & 0x3f) | 0x80;
  const text = bytes.toString('hex');
  return `-${text.slice(0, 4)}-${text.slice(4)}`;
}

const ids = new RequestIds();

/** The caller's `X-Request-Id` when it is harmless, else a new one. */
export function requestIdOf(raw: Pick<IncomingMessage, 'headers'>): string {
  const given = raw.headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED.test(given) ? given : ids.next();
}
