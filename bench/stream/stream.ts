import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicroseconds, privateServers, Program, residentMb } from '#libs/local-servers';
import { newWorkplace, startPlatform } from '#libs/testing';
import { deployables } from '../../tools/deploy/deployables.js';
import { atMost, type Bench, type Report } from '../report.js';
import { quantile } from '../statistics.js';
import { Crowd } from './crowd.js';
import { measureFewFiles } from './few-files.js';

const sizes = (process.env['BENCH_READERS'] ?? '5000,10000').split(',').map(Number);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);
const FANS = 10;
const WARM_UP = 200;
const asDeployed = deployables.find(({ name }) => name === 'streaming')?.settings['NODE_OPTIONS'] ?? '';
const COLLECTS = `--import=${join(import.meta.dirname, 'collect-on-signal.js')}`;
const MAX_BYTES = 14_000;
const BACK_MS = 2_000;

interface Measured {
  readonly bytes: number;
  /** CPU time of the server, µs for each reader and event. */
  readonly cpu: number;
  readonly p50: number;
  readonly p99: number;
  readonly backMs: number;
}
interface Server {
  readonly pid: number;
  crowd(size: number): Crowd;
  fan(): unknown;
  stop(): Promise<unknown>;
}

/** What an open stream costs and how fast one event reaches all, beside the framed-once floor and Nest's `@Sse`. */
export const streamBench: Bench = {
  name: 'stream',
  run: async (report) => {
    for (const size of sizes) await measureAll(report, size);
    await measureFewFiles(report);
  },
};

async function measureAll(report: Report, size: number): Promise<void> {
  const taken: Record<'framed' | 'nest' | 'loom', Measured[]> = { framed: [], nest: [], loom: [] };
  for (let i = 0; i < rounds; i += 1) {
    taken.framed.push(await measure(await floor('framed'), size));
    taken.nest.push(await measure(await floor('nest'), size));
    taken.loom.push(await measure(await loom(), size));
  }
  const of = (server: keyof typeof taken, what: keyof Measured): number =>
    quantile(taken[server].map((one) => one[what]), 0.5); // prettier-ignore
  const both = { floor: of('framed', 'bytes'), ours: of('loom', 'bytes') };
  report.add({ metric: `${size} readers, each`, unit: 'B', ...both, bar: atMost(MAX_BYTES, both.ours, 'B') });
  for (const [against, ratio] of [
    ['framed', 1.3],
    ['nest', 0.5],
  ] as const) {
    const [base, ours] = [of(against, 'cpu'), of('loom', 'cpu')];
    const bar = { text: `≤ ${ratio} × floor`, isMet: ours <= ratio * base };
    report.add({ metric: `${size} readers, CPU each and event, vs ${against}`, unit: 'µs', floor: base, ours, bar });
  }
  for (const quantileOf of ['p50', 'p99'] as const) {
    for (const [against, ratio] of [
      ['framed', 1.3],
      ['nest', 0.5],
    ] as const) {
      const [base, ours] = [of(against, quantileOf), of('loom', quantileOf)];
      const bar = { text: `≤ ${ratio} × floor`, isMet: ours <= ratio * base };
      report.add({
        metric: `${size} readers, first → ${quantileOf}, vs ${against}`,
        unit: 'ms',
        floor: base,
        ours,
        bar,
      });
    }
  }
  const back = { floor: of('framed', 'backMs'), ours: of('loom', 'backMs') };
  report.add({
    metric: `${size} readers back after a cut`,
    unit: 'ms',
    ...back,
    bar: atMost(BACK_MS, back.ours, 'ms'),
  });
}

/** Every reader must get every event, or this throws. */
async function measure(server: Server, size: number): Promise<Measured> {
  await warmUp(server);
  const crowd = server.crowd(size);
  try {
    const before = await heldMb(server.pid);
    await crowd.join();
    const bytes = (((await heldMb(server.pid)) - before) * 1_048_576) / size;
    const fans: (readonly number[])[] = [];
    const worked = cpuMicroseconds(server.pid);
    for (let i = 0; i < FANS; i += 1) {
      fans.push(await crowd.fanOut(() => server.fan()));
      await sleep(50);
    }
    const cpu = (cpuMicroseconds(server.pid) - worked) / FANS / size;
    const middle = (share: number): number => quantile(fans.map((times) => quantile(times, share)), 0.5); // prettier-ignore
    crowd.cut();
    return { bytes, cpu, p50: middle(0.5), p99: middle(0.99), backMs: await crowd.join(size) };
  } finally {
    crowd.cut();
    await server.stop();
  }
}

/** Work that a process does once is not part of a reader's cost. */
async function warmUp(server: Server): Promise<void> {
  const crowd = server.crowd(WARM_UP);
  await crowd.join();
  for (let i = 0; i < FANS; i += 1) await crowd.fanOut(() => server.fan());
  crowd.cut();
  await sleep(500);
}

/** Resident memory without garbage. */
async function heldMb(pid: number): Promise<number> {
  process.kill(pid, 'SIGUSR2');
  await sleep(1_000);
  return residentMb(pid);
}

async function floor(mode: 'framed' | 'nest'): Promise<Server> {
  const entry = join(import.meta.dirname, 'floor-server.js');
  const program = new Program({ entry, env: { FLOOR_MODE: mode }, nodeArgs: [COLLECTS] });
  const port = await program.message<number>();
  return {
    pid: program.pid,
    crowd: (size) => new Crowd(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', size, '\r\n\r\n', 'checkout'),
    fan: () => program.send('fan'),
    stop: () => program.stop(),
  };
}

async function loom(): Promise<Server> {
  const servers = await privateServers();
  const platform = await startPlatform(servers, 'standalone');
  const { person, keys } = await newWorkplace(platform, 'Bench');
  await person.must('POST', '/flags', { key: 'checkout', name: 'x', type: 'boolean' });
  const { url, program } = await platform.add('streaming', { NODE_OPTIONS: `${asDeployed} ${COLLECTS}` });
  const head = `Host: x\r\nAuthorization: Bearer ${keys.dev.client}`;
  const request = `GET /api/flags/stream HTTP/1.1\r\n${head}\r\n\r\n`;
  let isOn = false;
  return {
    pid: program.pid,
    crowd: (size) => new Crowd(Number(new URL(url).port), request, size, 'event: init', 'event: flag.updated'),
    fan: () => person.must('PATCH', '/flags/checkout/configs/dev', { enabled: (isOn = !isOn) }),
    stop: () => platform.stop().finally(() => servers.stop()),
  };
}
