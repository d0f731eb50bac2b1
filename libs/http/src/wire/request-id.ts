import type { IncomingMessage } from 'node:http';
import { randomTail, TimeOrderedIds } from '#libs/crypto';

const ACCEPTED = /^[A-Za-z0-9._:-]{1,128}$/;

/** Random once per process: request ids must be unique, but need not be unpredictable. */
const tail = randomTail();
const ids = new TimeOrderedIds(() => tail);

/** Returns `X-Request-Id` of the caller when it has only safe characters and at most 128 of them, else a new id. */
export function requestIdOf(raw: Pick<IncomingMessage, 'headers'>): string {
  const given = raw.headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED.test(given) ? given : ids.next();
}
