import type { FastifyRequest } from 'fastify';
import { parseVersion, type RulesetVersion } from '#libs/contracts';

/** The version that a reader was told last; `undefined` for none, and for an id that makes no sense: it is ignored. */
export function lastEventId(request: FastifyRequest): RulesetVersion | undefined {
  const id = request.headers['last-event-id'];
  return typeof id === 'string' ? parseVersion(id) : undefined;
}
