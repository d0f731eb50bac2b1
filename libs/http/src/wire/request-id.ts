import type { IncomingMessage } from 'node:http';
import { randomTail, TimeOrderedIds } from '#libs/crypto';

const ACCEPTED = /^[A-Za-z0-9._:-]{1,128}$/;

/** Random once per process: these ids tell requests apart; they are no secret. */
const tail = randomTail();
const ids = new TimeOrderedIds(() => tail);

/** The caller's `X-Request-Id` when it is harmless, else a new one. */
export function requestIdOf(raw: Pick<IncomingMessage, 'headers'>): string {
  const given = raw.headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED.test(given) ? given : ids.next();
}
