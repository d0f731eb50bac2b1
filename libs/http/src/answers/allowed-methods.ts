import type { FastifyInstance, FastifyRequest } from 'fastify';
import { routeTable } from '../access/guards.js';

interface Known {
  readonly segments: readonly string[];
  readonly methods: string[];
}

const KNOWN = Symbol('knownPaths');

/** Prepares `allowedMethods` once all routes are there. */
export function noteKnownPaths(http: FastifyInstance): void {
  const known = new Map<string, Known>();
  http.decorate(KNOWN, known);
  http.addHook('onReady', (done) => {
    for (const { method, url } of routeTable(http)) {
      const path = known.get(url) ?? { segments: url.split('/'), methods: [] };
      path.methods.push(method);
      known.set(url, path);
    }
    done();
  });
}

/** The methods that the path of a request accepts, sorted; empty for an unknown path. Only for requests without a route. */
export function allowedMethods({ server, raw }: FastifyRequest): readonly string[] {
  const known = (server as { [KNOWN]?: ReadonlyMap<string, Known> })[KNOWN] ?? new Map<string, Known>();
  const [path = ''] = (raw.url ?? '').split('?', 1);
  const segments = path.split('/');
  const methods = [...known.values()].filter((one) => matches(one.segments, segments)).flatMap((one) => one.methods);
  return [...new Set(methods)].toSorted();
}

/** `:name` stands for one segment, `*` at the end for any rest. */
function matches(pattern: readonly string[], path: readonly string[]): boolean {
  const isOpen = pattern.at(-1) === '*';
  if (isOpen ? path.length < pattern.length : path.length !== pattern.length) return false;
  return pattern.every((part, at) => part === '*' || part === path[at] || (part.startsWith(':') && path[at] !== ''));
}
