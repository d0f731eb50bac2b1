import type { Person } from '../engine/workload.js';
import { KEYS, people } from '../engine/workload.js';
import { contextOf } from '../engine/loom.js';
import { PATHS } from './flags.js';
import type { Load } from './wrk.js';

const BODIES = 512;
/** The evaluation contexts used for every peer. */
export const chosen = people.slice(0, BODIES);
const OFREP = '/ofrep/v1/evaluate/flags';
const NATIVE = '/api/flags/evaluate';

export type LoadName = 'native single' | 'OFREP single' | 'OFREP bulk of 200' | 'native bulk of 200' | 'OFREP 304';

/** OpenFeature's flat context. */
function flat({ userId, ...rest }: Person): object {
  return { targetingKey: userId, ...rest };
}

/** Every load on the evaluation service. `unchanged` is a body with the ETag of its answer. */
export function loomLoads(
  url: string,
  key: string,
  unchanged: { readonly body: string; readonly etag: string },
): Readonly<Record<LoadName, Load>> {
  const headers = { authorization: `Bearer ${key}` };
  const native = chosen.map((person) => JSON.stringify({ context: contextOf(person) }));
  const ofrep = chosen.map((person) => JSON.stringify({ context: flat(person) }));
  const to = (path: string, bodies: readonly string[]): Load => ({
    url,
    method: 'POST',
    headers,
    requests: bodies.map((body) => ({ path, body })),
    status: 200,
  });
  return {
    'native single': to(`${NATIVE}/${KEYS.fiveRules}`, native),
    'OFREP single': to(`${OFREP}/${KEYS.fiveRules}`, ofrep),
    'OFREP bulk of 200': to(OFREP, ofrep),
    'native bulk of 200': to(NATIVE, native),
    'OFREP 304': {
      ...to(OFREP, [unchanged.body]),
      headers: { ...headers, 'if-none-match': unchanged.etag },
      status: 304,
    },
  };
}

/** The loads of the floor, one for each of Loom's. */
export function floorLoads(url: string): Readonly<Record<keyof typeof PATHS, Load>> {
  const bodies = chosen.map((person) => JSON.stringify({ context: person }));
  const to = (name: keyof typeof PATHS, status: number): Load => ({
    url,
    method: 'POST',
    headers: {},
    requests: bodies.map((body) => ({ path: PATHS[name], body })),
    status,
  });
  return { single: to('single', 200), bulk: to('bulk', 200), unchanged: to('unchanged', 304) };
}

export function ofrepBody(person: Person): string {
  return JSON.stringify({ context: flat(person) });
}
