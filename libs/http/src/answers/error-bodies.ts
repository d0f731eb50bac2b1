import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RouteConfig } from '../access/access.js';

type ErrorBody = NonNullable<RouteConfig['errorBody']>;
interface Prefixed {
  readonly prefix: string;
  readonly errorBody: ErrorBody;
}

const PREFIXED = Symbol('errorBodies');

/** Sets the body of errors for paths with this prefix, whether or not a route accepts them: `/ofrep/v1/evaluate/flags/%zz`. */
export function errorBodiesUnder(http: FastifyInstance, prefix: string, errorBody: ErrorBody): void {
  if (!http.hasDecorator(PREFIXED)) http.decorate(PREFIXED, []);
  prefixedOf(http).push({ prefix, errorBody });
}

/** The format of errors for a request: that of its route, else that of its path. `undefined`: the envelope. */
export function errorBodyOf(request: FastifyRequest): ErrorBody | undefined {
  const config: RouteConfig | undefined = request.routeOptions.config;
  if (config?.errorBody !== undefined) return config.errorBody;
  const url = request.raw.url ?? '';
  return prefixedOf(request.server).find(({ prefix }) => url.startsWith(prefix))?.errorBody;
}

function prefixedOf(http: FastifyInstance): Prefixed[] {
  return (http as { [PREFIXED]?: Prefixed[] })[PREFIXED] ?? [];
}
