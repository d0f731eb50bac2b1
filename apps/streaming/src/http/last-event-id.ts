import type { FastifyRequest } from 'fastify';

/** Polyfills of EventSource send the id in this query parameter, since a page may not set the header. */
export const LAST_EVENT_ID = 'lastEventId';

/** The id of the last event that the reader received, from the header `Last-Event-ID`, else from the query. */
export function lastEventId(request: FastifyRequest): string | undefined {
  const given = request.headers['last-event-id'] ?? (request.query as Record<string, unknown>)[LAST_EVENT_ID];
  return typeof given === 'string' && given !== '' ? given : undefined;
}
