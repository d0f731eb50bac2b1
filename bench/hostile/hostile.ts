import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { bearer, call, exchange, freePort, privateServers } from '#libs/local-servers';
import { HOSTILE_BODIES, HOSTILE_VALUES, startPlatform, type Platform, type Route } from '#libs/testing';
import { hostileTargets, type HostileTargets } from '../../e2e/support/hostile-targets.js';
import { atMost, type Bench, type Report } from '../report.js';

const WATCH = pathToFileURL(join(import.meta.dirname, 'loop-watch.js')).href;
const BAR_MS = 50;
const BAR_BYTES = 30 * 1_048_576;
/** A hold above this is measured again: another process of the machine may have caused it. */
const SUSPECT_MS = BAR_MS / 2;
const REPEATS = 4;

interface Attack {
  readonly name: string;
  readonly body: Buffer;
}
interface Place {
  readonly platform: Platform;
  readonly targets: HostileTargets;
  readonly watch: string;
}

/** How long hostile bodies hold the event loop of a process that runs all services, by route. */
export const hostileBench: Bench = {
  name: 'hostile',
  run: async (report) => {
    const servers = await privateServers();
    const port = String(await freePort());
    const settings = { NODE_OPTIONS: `--import=${WATCH}`, BENCH_WATCH_PORT: port };
    const platform = await startPlatform(servers, 'standalone', settings);
    try {
      await attackAll({ platform, targets: await hostileTargets(platform), watch: `http://127.0.0.1:${port}` }, report);
    } finally {
      await platform.stop();
      await servers.stop();
    }
  },
};

async function attackAll(place: Place, report: Report): Promise<void> {
  const { routes } = place.targets;
  await holdOf(place, routes[0]!, { name: 'the first request', body: Buffer.from('{}') });
  const before = await memoryOf(place);
  for (const route of routes) await attackRoute(place, route, report);
  const grown = (await memoryOf(place)) - before;
  const metric = `memory after ${routes.length} routes`;
  report.add({ metric, unit: 'B', ours: grown, bar: atMost(BAR_BYTES, grown, 'B') });
}

async function attackRoute(place: Place, route: Route, report: Report): Promise<void> {
  const holds: { name: string; ms: number }[] = [];
  for (const attack of attacksOn(place.targets, route)) {
    holds.push({ name: attack.name, ms: await leastHold(place, route, attack) });
  }
  const slowest = holds.reduce((a, b) => (b.ms > a.ms ? b : a));
  report.add({
    metric: `${route.method} ${route.url}, slowest of ${holds.length}`,
    unit: 'ms',
    ours: slowest.ms,
    bar: atMost(BAR_MS, slowest.ms, 'ms'),
  });
  const over = holds.filter(({ ms }) => ms > BAR_MS).map(({ name, ms }) => `${name} ${ms.toFixed(0)} ms`);
  if (over.length > 0) report.note(`${route.method} ${route.url}: ${over.join(', ')}`);
}

function* attacksOn(targets: HostileTargets, route: Route): Generator<Attack> {
  yield* HOSTILE_BODIES;
  const { sample, fields } = targets.bodyOf(route);
  for (const field of fields) {
    for (const [name, value] of Object.entries(HOSTILE_VALUES)) {
      yield { name: `${name} as ${field}`, body: Buffer.from(JSON.stringify({ ...sample, [field]: value })) };
    }
  }
}

async function leastHold(place: Place, route: Route, attack: Attack): Promise<number> {
  let least = await holdOf(place, route, attack);
  for (let i = 1; i < REPEATS && least > SUSPECT_MS; i += 1) {
    least = Math.min(least, await holdOf(place, route, attack));
  }
  return least;
}

/** @throws Error for an answer that is a fault of the server */
async function holdOf({ platform, targets, watch }: Place, route: Route, { name, body }: Attack): Promise<number> {
  const token = targets.admitted(route);
  const headers = { 'content-type': 'application/json', ...(token !== undefined && bearer(token)) };
  const url = platform.baseUrl + targets.pathOf(route);
  // Work of the request before is over, and its garbage is not counted twice.
  await sleep(2);
  await call('GET', watch);
  const { status } = await exchange({ method: route.method, url, headers, body, timeoutMs: 60_000 });
  if (status >= 500) throw new Error(`${route.method} ${route.url} answers ${status} to ${name}`);
  return (await call<{ heldMs: number }>('GET', watch)).body.heldMs;
}

async function memoryOf({ watch }: Place): Promise<number> {
  const { heapUsed, external } = (await call<{ heapUsed: number; external: number }>('GET', `${watch}/memory`)).body;
  return heapUsed + external;
}
