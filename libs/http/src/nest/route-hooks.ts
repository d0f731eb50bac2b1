import type {
  FastifyInstance,
  FastifyRequest,
  onRequestHookHandler,
  onResponseHookHandler,
  preValidationHookHandler,
  RouteOptions,
} from 'fastify';
import { AppError } from '#libs/kernel';
import type { Access, RouteConfig } from '../access/access.js';
import { varyByCredential } from '../answers/vary.js';
import { isBeacon } from '../wire/body-parsers.js';
import { enforceOrigin, openToOrigin } from '../access/cors.js';
import { accessHook, createdHook, limitHook, noteRoute } from '../access/guards.js';
import { keyLimitHook, type KeyLimits } from '../limits/key-limits.js';
import { refuseMalformed, refuseUnknown } from '../input/query.js';
import type { Logger } from '#libs/observability';
import { logRequest, lowestLoggedStatus, type LoggedRequests } from './request-lines.js';
import type { RouteMetrics } from './route-metrics.js';

export interface RouteParts {
  readonly metrics: RouteMetrics;
  readonly logger: Logger;
  /** Default: by the kind of route, see `lowestLoggedStatus`. */
  readonly logRequests?: LoggedRequests;
  readonly keyLimits?: KeyLimits;
}

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Adds checks to every route when it is registered: the guard first, then limits, body and query. They are closures over the
 * config of the route, so that no lookup is needed per request.
 */
export function guardEveryRoute(http: FastifyInstance, parts: RouteParts): void {
  const { keyLimits } = parts;
  const guarded = new WeakSet<object>();
  http.addHook('onRoute', (route) => {
    const access = noteRoute(http, route);
    // Fastify derives a HEAD route from each GET route, with its config and hooks.
    if (route.config !== undefined && guarded.has(route.config)) return;
    route.config = { ...route.config };
    guarded.add(route.config);
    const guards = access.kind === 'public' ? [] : [accessHook(http, access)];
    const cors = route.config.cors === true;
    const checks = [...guards, ...(cors ? [enforce] : []), ...limitsOf(http, route, access, keyLimits)];
    const takesBeacons = access.kind === 'keys' && access.beacon === true;
    const [first, later] = takesBeacons ? [checks.map(unlessBeacon), checks.map(forBeacons)] : [checks, []];
    const varies = access.kind !== 'public' && [route.method].flat().includes('GET');
    prepend(route, 'onRequest', [...(varies ? [vary] : []), ...(cors ? [open] : []), ...first]);
    const { countCreated } = route.config;
    const counts = countCreated === undefined ? [] : [createdHook(http, countCreated)];
    prepend(route, 'preValidation', [shapeHook(route), ...later, ...counts]);
    prepend(route, 'onResponse', [endHook(route, access, parts)]);
  });
}

/** Returns the hook that counts an answered request, and logs it when its status is high enough: one comparison on hot routes. */
function endHook(
  route: RouteOptions,
  access: Access,
  { metrics, logger, logRequests }: RouteParts,
): onResponseHookHandler {
  const observe = metrics.observer(route);
  const lowest = lowestLoggedStatus(logRequests, access, route.config ?? {});
  return (request, reply, done) => {
    if (reply.statusCode >= lowest) logRequest(logger, request, reply);
    observe(request, reply, done);
  };
}

function limitsOf(
  http: FastifyInstance,
  { url, config = {} }: Pick<RouteOptions, 'url' | 'config'>,
  access: Access,
  keyLimits: KeyLimits | undefined,
): readonly onRequestHookHandler[] {
  if (config.uncounted === true) return [];
  if (access.kind === 'person' || access.kind === 'public') return [limitHook(http, access, config)];
  const hook = keyLimitHook(url, keyLimits);
  return hook === undefined ? [] : [hook];
}

/** Before the guard: refusals depend on the credential too. */
const vary: onRequestHookHandler = (_request, reply, done) => {
  varyByCredential(reply);
  done();
};

const open: onRequestHookHandler = (request, reply, done) => {
  openToOrigin(request, reply);
  done();
};

const enforce: onRequestHookHandler = (request, reply, done) => {
  if (request.caller?.kind !== 'key') return done();
  try {
    enforceOrigin(request, reply, request.caller.record);
    done();
  } catch (error) {
    done(error as Error);
  }
};

/** Runs the check only for requests that are no beacons. The key of a beacon is in its body, so `forBeacons` runs it later. */
function unlessBeacon(check: onRequestHookHandler): onRequestHookHandler {
  return function (request, reply, done) {
    if (isBeacon(request)) done();
    else check.call(this, request, reply, done);
  };
}

/** Runs the check only for beacons, after the body is read. */
function forBeacons(check: onRequestHookHandler): onRequestHookHandler {
  return function (request, reply, done) {
    if (isBeacon(request)) check.call(this, request, reply, done);
    else done();
  };
}

/** Returns the hook that checks the query parameters and whether there is a body. */
function shapeHook(route: RouteOptions): preValidationHookHandler {
  const { emptyBody = false, query = [] }: RouteConfig = route.config ?? {};
  const takesBody = [route.method].flat().some((method) => WITH_BODY.has(method));
  return (request, _reply, done) => {
    try {
      if (request.url.includes('?')) checkQuery(request, query);
      if (takesBody && request.body === undefined) fillBody(request, emptyBody);
      done();
    } catch (error) {
      done(error as Error);
    }
  };
}

function checkQuery({ url, query }: FastifyRequest, allowed: NonNullable<RouteConfig['query']>): void {
  const given = query as object;
  if (allowed !== 'any') refuseUnknown(given, allowed);
  refuseMalformed(url, given);
}

function fillBody(request: FastifyRequest, emptyBody: boolean): void {
  if (!emptyBody) throw new AppError('empty_body', 'Send a JSON object as the body');
  request.body = {};
}

type HookName = 'onRequest' | 'preValidation' | 'onResponse';

function prepend<N extends HookName>(route: RouteOptions, name: N, hooks: readonly unknown[]): void {
  const own = [route[name] ?? []].flat() as unknown[];
  route[name] = [...hooks, ...own] as RouteOptions[N];
}
