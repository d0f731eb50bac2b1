import type { FastifyReply, FastifyRequest } from 'fastify';
import { traceIdOf, withLogContext, type Logger } from '#libs/observability';
import { codeOf } from '../answers/answered-code.js';
import type { Access, RouteConfig } from '../access/access.js';

/** Which requests are logged when they end. `errors`: those that end with a status of 500 or more. */
export type LoggedRequests = 'all' | 'errors' | 'off';

const LOWEST_STATUS: Readonly<Record<LoggedRequests, number>> = { all: 0, errors: 500, off: Infinity };

/**
 * Returns the lowest status whose requests are logged on a route. Without a setting: `errors` on hot routes (those of API keys and
 * streams) and on those of probes, `all` on the others.
 */
export function lowestLoggedStatus(setting: LoggedRequests | undefined, access: Access, config: RouteConfig): number {
  if (setting !== undefined) return LOWEST_STATUS[setting];
  const isHot = access.kind !== 'person' && access.kind !== 'public';
  return LOWEST_STATUS[isHot || config.uncounted === true ? 'errors' : 'all'];
}

/** Writes the one line of a request when it ends. It names the pattern of the route: paths and queries hold what callers choose. */
export function logRequest(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const { statusCode: status } = reply;
  const code = codeOf(request);
  const fields = {
    request_id: request.id,
    ...callerOf(request),
    component: 'api',
    action: request.method,
    operation: request.routeOptions.url ?? 'no route',
    status,
    ...(code !== undefined && { code }),
    duration_ms: Math.round(reply.elapsedTime * 10) / 10,
  };
  const { traceparent } = request.headers;
  const write = (): void => logger[status >= 500 ? 'warn' : 'info'](fields, 'request');
  if (typeof traceparent !== 'string' || traceIdOf(traceparent) === undefined) write();
  else withLogContext({ traceparent }, write);
}

function callerOf({ caller }: FastifyRequest): object {
  if (caller === undefined) return {};
  if (caller.kind === 'key') return { org_id: caller.record.org_id, key_id: caller.record.id };
  return { org_id: caller.membership?.organization.id, user_id: caller.user.id };
}
