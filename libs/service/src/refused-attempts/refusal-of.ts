import type { FastifyRequest } from 'fastify';
import type { Attempt } from '#libs/http';
import type { Refusal } from './refused-attempts.js';

const MAX_USER_AGENT = 500;

/** Returns the refusal to record for a request. The user agent is cut after 500 characters. */
export function refusalOf(request: FastifyRequest, { actor, scope, reason }: Attempt, code: string): Refusal {
  const { traceparent, 'user-agent': userAgent } = request.headers;
  return {
    origin: {
      scope,
      actor,
      request_id: request.id,
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      user_agent: userAgent?.slice(0, MAX_USER_AGENT),
    },
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    reason: reason ?? code,
    org: (request.params as { org?: string } | undefined)?.org,
  };
}
