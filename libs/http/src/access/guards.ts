import type { FastifyInstance, RouteOptions } from 'fastify';
import type { onRequestHookHandler, preValidationHookHandler } from 'fastify';
import { AppError } from '#libs/kernel';
import type { Access, AccessKind, Guard, Guards, RouteConfig } from './access.js';
import type { RateLimiter } from '../limits/rate-limiter.js';

/** A route was added that does not say who may call it. */
export class AccessMissing extends Error {
  constructor(method: string, url: string) {
    super(`${method} ${url} has no config.access: say who may call it, or @Public()`);
    this.name = 'AccessMissing';
  }
}

export interface RouteRow {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
}

interface AccessState {
  readonly guards: Map<string, Guard>;
  readonly routes: RouteRow[];
  limiter?: RateLimiter;
}
const states = new WeakMap<object, AccessState>();

/** Every route with who may call it, HEAD and OPTIONS included: for the matrix and the snapshot of public routes. */
export function routeTable(http: FastifyInstance): readonly RouteRow[] {
  return stateOf(http).routes;
}

/** Sets how one kind of access is checked. Kinds without a guard are refused. */
export function registerGuard<K extends AccessKind>(
  http: FastifyInstance,
  kind: K,
  guard: Guard<Extract<Access, { kind: K }>>,
): void {
  stateOf(http).guards.set(kind, guard as Guard);
}

/** The same, unless somebody else sets one, before or after: for what several services of a process bring along. */
export function registerDefaultGuard<K extends AccessKind>(
  http: FastifyInstance,
  kind: K,
  guard: Guard<Extract<Access, { kind: K }>>,
): void {
  if (!stateOf(http).guards.has(kind)) registerGuard(http, kind, guard);
}

/** From now on requests of people and strangers are counted. */
export function registerRateLimiter(http: FastifyInstance, limiter: RateLimiter): void {
  stateOf(http).limiter = limiter;
}

export function trackAccess(http: FastifyInstance, guards: Guards = {}): void {
  const initial = Object.entries(guards).filter((entry): entry is [string, Guard] => entry[1] !== undefined);
  states.set(http, { guards: new Map(initial), routes: [] });
}

/** Notes the route; throws `AccessMissing` when it does not say who may call it. */
export function noteRoute(http: FastifyInstance, route: RouteOptions): Access {
  const methods = [route.method].flat();
  const access = route.config?.access;
  if (access === undefined) throw new AccessMissing(methods.join(','), route.url);
  for (const method of methods) stateOf(http).routes.push({ method, url: route.url, access });
  return access;
}

/** The hook that runs the guard of one route. The guard is looked up per request: modules register theirs late. */
export function accessHook(http: FastifyInstance, access: Access): onRequestHookHandler {
  const state = stateOf(http);
  return (request, reply, done) => {
    const guard = state.guards.get(access.kind);
    if (guard === undefined) return done(new AppError('forbidden', 'Nothing on this server can grant access here'));
    const refuse = (error: Error): void => {
      if (state.limiter === undefined || access.kind !== 'person' || !isUnknown(error)) return done(error);
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

function isUnknown(error: Error): boolean {
  return error instanceof AppError && error.status === 401;
}

/** The hook that counts requests of one route, where somebody counts: after the guard, which says who it is. */
export function limitHook(http: FastifyInstance, access: Access, config: RouteConfig): onRequestHookHandler {
  const state = stateOf(http);
  return (request, reply, done) => {
    if (state.limiter === undefined) return done();
    state.limiter.admit(request, reply, access, config).then(() => done(), done);
  };
}

/** The same for what a body makes, where that is more than one thing: once the body is read. */
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
