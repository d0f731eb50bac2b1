import type { FastifyInstance, RouteOptions } from 'fastify';
import type { onRequestHookHandler, preValidationHookHandler } from 'fastify';
import { AppError } from '#libs/kernel';
import type { Access, AccessKind, Guard, Guards, RouteConfig } from './access.js';
import type { RateLimiter } from '../limits/rate-limiter.js';

/** Thrown when a route is added without `config.access`. */
export class AccessMissing extends Error {
  constructor(method: string, url: string) {
    super(`${method} ${url} has no config.access: declare the callers that it accepts, or use @Public()`);
    this.name = 'AccessMissing';
  }
}

export interface RouteRow {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
  /** Names of the accepted query parameters, as in the config of the route. */
  readonly query: NonNullable<RouteConfig['query']>;
}

interface AccessState {
  readonly guards: Map<string, Guard>;
  readonly routes: RouteRow[];
  limiter?: RateLimiter;
}
const states = new WeakMap<object, AccessState>();

/** Returns every route with its access, HEAD and OPTIONS included: for the access matrix and the snapshot of public routes. */
export function routeTable(http: FastifyInstance): readonly RouteRow[] {
  return stateOf(http).routes;
}

/** Sets the guard of one kind of access. Routes of a kind without a guard refuse every request. */
export function registerGuard<K extends AccessKind>(
  http: FastifyInstance,
  kind: K,
  guard: Guard<Extract<Access, { kind: K }>>,
): void {
  stateOf(http).guards.set(kind, guard as Guard);
}

/**
 * Sets the guard only if there is none; a later `registerGuard` replaces it. For guards that several services of a process
 * register.
 */
export function registerDefaultGuard<K extends AccessKind>(
  http: FastifyInstance,
  kind: K,
  guard: Guard<Extract<Access, { kind: K }>>,
): void {
  if (!stateOf(http).guards.has(kind)) registerGuard(http, kind, guard);
}

/** Enables the rate limits of people and anonymous callers. */
export function registerRateLimiter(http: FastifyInstance, limiter: RateLimiter): void {
  stateOf(http).limiter = limiter;
}

/** Must be called once for a new instance, before routes are added. */
export function trackAccess(http: FastifyInstance, guards: Guards = {}): void {
  const initial = Object.entries(guards).filter((entry): entry is [string, Guard] => entry[1] !== undefined);
  states.set(http, { guards: new Map(initial), routes: [] });
}

/** Adds the route to the route table; returns its access. @throws AccessMissing when it has none */
export function noteRoute(http: FastifyInstance, route: RouteOptions): Access {
  const methods = [route.method].flat();
  const access = route.config?.access;
  if (access === undefined) throw new AccessMissing(methods.join(','), route.url);
  for (const method of methods)
    stateOf(http).routes.push({ method, url: route.url, access, query: route.config?.query ?? [] });
  return access;
}

/**
 * Returns the hook that runs the guard of one route. The guard is looked up per request, since modules register theirs after
 * routes.
 */
export function accessHook(http: FastifyInstance, access: Access): onRequestHookHandler {
  const state = stateOf(http);
  return (request, reply, done) => {
    const guard = state.guards.get(access.kind);
    if (guard === undefined) return done(new AppError('forbidden', 'This server has no access check for this path'));
    const refuse = (error: Error): void => {
      if (state.limiter === undefined || access.kind !== 'person' || !isUnauthenticated(error)) return done(error);
      state.limiter.refuse(request, reply).then(() => done(error), done);
    };
    try {
      const pending = guard(request, access);
      if (pending === undefined) done();
      else pending.then(() => done(), refuse);
    } catch (error) {
      refuse(error as Error);
    }
  };
}

function isUnauthenticated(error: Error): boolean {
  return error instanceof AppError && error.status === 401;
}

/**
 * Returns the hook that counts the requests of one route when rate limits are enabled. Runs after the guard, which sets the
 * caller.
 */
export function limitHook(http: FastifyInstance, access: Access, config: RouteConfig): onRequestHookHandler {
  const state = stateOf(http);
  return (request, reply, done) => {
    if (state.limiter === undefined) return done();
    state.limiter.admit(request, reply, access, config).then(() => done(), done);
  };
}

/** Returns the hook that counts the resources that a body creates. Runs after the body is read. */
export function createdHook(http: FastifyInstance, count: (body: unknown) => number): preValidationHookHandler {
  const state = stateOf(http);
  return (request, reply, done) => {
    if (state.limiter === undefined) return done();
    state.limiter.admitCreated(request, reply, count(request.body)).then(() => done(), done);
  };
}

function stateOf(http: FastifyInstance): AccessState {
  const state = states.get(http);
  if (state === undefined) throw new TypeError('Not an instance of createHttp');
  return state;
}
