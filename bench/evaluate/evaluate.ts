import { join } from 'node:path';
import { bearer, call, privateServers, Program } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until } from '#libs/testing';
import { expectedVariant, KEYS, people, workloadFlags } from '../engine/workload.js';
import type { Bench, Report } from '../report.js';
import { createFlags, FLAGS } from './flags.js';
import { floorLoads, loomLoads, ofrepBody } from './loads.js';
import { rowsOf, type Rounds } from './rows.js';
import { Unleash } from './unleash.js';
import { ensureWrk, load, type Measured, type Target } from './wrk.js';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SECONDS = 3;
const CONNECTIONS = 64;
const OFREP = '/ofrep/v1/evaluate/flags';

/** Requests per second of one evaluation process over HTTP, against the least that the same answers can cost. */
export const evaluateBench: Bench = {
  name: 'evaluate',
  run: async (report) => {
    await ensureWrk();
    const servers = await privateServers();
    const platform = await startPlatform(servers, 'standalone');
    const floor = await startFloor();
    const unleash = await Unleash.start(servers).catch((error: unknown) => {
      report.note(`unleash-server could not be measured: ${String(error)}`);
      return undefined;
    });
    try {
      const loom = await startLoom(platform);
      await measure(report, { loom, floor, ...(unleash === undefined ? {} : { unleash }) });
    } finally {
      await unleash?.stop();
      await floor.stop();
      await platform.stop();
      await servers.stop();
    }
  },
};

async function startFloor(): Promise<Target> {
  const program = new Program({ entry: join(import.meta.dirname, 'floor-server.js'), nodeArgs: [] });
  const loads = floorLoads(`http://127.0.0.1:${await program.message<number>()}`);
  return { pid: program.pid, loads, stop: () => program.stop() };
}

async function startLoom(platform: Platform): Promise<Target> {
  const { url, program } = await platform.add('evaluation');
  const workplace = await newWorkplace(platform, 'Bench');
  await createFlags(workplace);
  const key = workplace.keys.dev.server;
  await check(url, key);
  const body = ofrepBody(people[0]!);
  const { headers } = await call('POST', url + OFREP, JSON.parse(body), bearer(key));
  const loads = loomLoads(url, key, { body, etag: headers.get('etag')! });
  return { pid: program.pid, loads, stop: () => Promise.resolve() };
}

/** Every flag's answer for some people must be the reference's before anything is timed. */
async function check(url: string, key: string): Promise<void> {
  const flags = new Map(workloadFlags(FLAGS).map((flag) => [flag.key, flag]));
  const headers = bearer(key);
  const ask = async (person: (typeof people)[number]) =>
    (await call<Bulk>('POST', url + OFREP, JSON.parse(ofrepBody(person)), headers)).body.flags;
  await until(async () => (await ask(people[0]!)).some((one) => one.key === KEYS.fiveRules && one.variant !== 'off'));
  for (const person of people.slice(0, 20)) {
    const answers = await ask(person);
    if (answers.length !== FLAGS) throw new Error(`${answers.length} of ${FLAGS} flags answered`);
    for (const { key: flag, variant } of answers) {
      const expected = expectedVariant(flags.get(flag)!, person);
      if (expected !== undefined && expected !== variant) throw new Error(`${flag}: ${variant} instead of ${expected}`);
    }
  }
}
interface Bulk {
  readonly flags: readonly { readonly key: string; readonly variant: string }[];
}

/** The first round warms up; the order turns round from one to the next. */
async function measure(report: Report, targets: Readonly<Record<string, Target>>): Promise<void> {
  const rounds: Rounds = new Map();
  const all = Object.entries(targets).flatMap(([target, { pid, loads }]) =>
    Object.entries(loads).map(([name, what]) => ({ id: `${target} ${name}`, pid, what })),
  );
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { id, pid, what } of round % 2 === 0 ? all : all.toReversed()) {
      const measured = await load(what, pid, round === 0 ? 1 : SECONDS, CONNECTIONS);
      if (round > 0) remember(rounds, id, measured);
    }
  }
  report.add(...rowsOf(rounds));
}

function remember(rounds: Rounds, id: string, measured: Measured): void {
  rounds.set(id, [...(rounds.get(id) ?? []), measured]);
}
