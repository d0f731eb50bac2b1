import { setTimeout as sleep } from 'node:timers/promises';
import { privateServers } from '#libs/local-servers';
import type { Bench, Report } from '../report.js';
import { Floor, type FloorTimes } from './floor.js';
import { Loom, type StreamTimes } from './loom.js';
import { rowsOf, type Round } from './rows.js';

const ROUNDS = 5;
const WARM_UP = 20;
const PAUSE_MS = 10;
const changes = Number(process.env['BENCH_CHANGES'] ?? 200);

/** How long a change takes from the PATCH to every reader and evaluator, against the least that such a path can cost. */
export const propagationBench: Bench = {
  name: 'propagation',
  run: (report) =>
    using(privateServers({ ownPostgres: true, durable: true }), (servers) =>
      using(Floor.start(servers), (floor) => using(Loom.start(servers), (loom) => measure(report, floor, loom))),
    ),
};

async function using<T extends { stop(): Promise<void> }>(
  starting: Promise<T>,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const thing = await starting;
  try {
    await work(thing);
  } finally {
    await thing.stop();
  }
}

async function measure(report: Report, floor: Floor, loom: Loom): Promise<void> {
  await round(floor, loom, WARM_UP);
  const rounds: Round[] = [];
  for (let i = 0; i < ROUNDS; i += 1) rounds.push(await round(floor, loom, Math.ceil(changes / ROUNDS)));
  report.add(...rowsOf(rounds));
  const streams = rounds.flatMap(({ stream }) => stream);
  const early = streams.filter(({ answered, received }) => received < answered).length;
  report.note(`${early} of ${streams.length} events came before the answer to the PATCH: their (b) is 0`);
}

async function round(floor: Floor, loom: Loom, count: number): Promise<Round> {
  return {
    floor: await repeat<FloorTimes>(count, () => floor.change()),
    stream: await repeat<StreamTimes>(count, () => loom.changeToStream()),
    evaluators: await repeat<readonly number[]>(count, () => loom.changeToEvaluators()),
  };
}

/** One after the other, with a pause, so that no change waits for the one before. */
async function repeat<T>(count: number, change: () => Promise<T>): Promise<readonly T[]> {
  const times: T[] = [];
  for (let i = 0; i < count; i += 1) {
    times.push(await change());
    await sleep(PAUSE_MS);
  }
  return times;
}
