import { join } from 'node:path';
import { AckPolicy, jetstreamManager, RetentionPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { EventRow } from '#libs/contracts';
import { newWorkplace, startPlatform } from '#libs/testing';
import { bearer, call, type PrivateServers, Program } from '#libs/local-servers';
import { ensureWrk, load, type Load, type Measured } from '../evaluate/wrk.js';
import { atMost, type Row } from '../report.js';
import { quantile } from '../statistics.js';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 3);
const BODIES = 64;
const MAX_P99_MS = 15;
const OURS = 'CAPTURE';
const FLOOR = 'FLOOR';

interface Contest {
  readonly metric: string;
  readonly events: number;
  readonly connections: number;
  readonly floor: '/group' | '/each';
  /** Of the floor's events per second. */
  readonly least?: number;
}
const contests: readonly Contest[] = [
  { metric: 'single events', events: 1, connections: 64, floor: '/group', least: 0.7 },
  { metric: 'batches of 10', events: 10, connections: 64, floor: '/group', least: 0.75 },
  { metric: 'batches of 100', events: 100, connections: 64, floor: '/group', least: 0.75 },
  { metric: 'batches of 100, against a publish per event', events: 100, connections: 64, floor: '/each', least: 8 },
  { metric: 'single events, 256 connections', events: 1, connections: 256, floor: '/group' },
];

/** A process under load, and the stream that it fills. */
interface Target {
  readonly pid: number;
  readonly stream: string;
  loadOf(contest: Contest): Load;
  stop(): Promise<unknown>;
}
type Round = { readonly ours: Measured; readonly floor: Measured };

/** Events accepted per second beside the same on bare `node:http`, side by side in every round; the first warms up. */
export async function acceptRows(servers: PrivateServers): Promise<readonly Row[]> {
  await ensureWrk();
  const connection = await connect(servers.nats.connection);
  const manager = await jetstreamManager(connection);
  const ours = await startCapture(servers, manager);
  const floor = await startFloor(servers, manager);
  try {
    const rows: Row[] = [];
    for (const contest of contests) rows.push(...(await hold(contest, ours, floor, manager)));
    return rows;
  } finally {
    await floor.stop();
    await ours.stop();
    await connection.close();
  }
}

async function hold(contest: Contest, ours: Target, floor: Target, manager: JetStreamManager): Promise<readonly Row[]> {
  const rounds: Round[] = [];
  const run = async (target: Target, seconds: number): Promise<Measured> => {
    // Both begin with an empty stream.
    await manager.streams.purge(target.stream);
    return load(target.loadOf(contest), target.pid, seconds, contest.connections);
  };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const seconds = round === 0 ? 1 : SECONDS;
    const pair =
      round % 2 === 0
        ? { ours: await run(ours, seconds), floor: await run(floor, seconds) }
        : { floor: await run(floor, seconds), ours: await run(ours, seconds) };
    if (round > 0) rounds.push(pair);
  }
  return rowsOf(contest, rounds);
}

function rowsOf({ metric, events, least }: Contest, rounds: readonly Round[]): readonly Row[] {
  const median = (of: (round: Round) => number): number => quantile(rounds.map(of), 0.5);
  const spread = (of: (round: Round) => number): [number, number] => {
    const values = rounds.map(of);
    return [Math.min(...values), Math.max(...values)];
  };
  const rate = ({ ours }: Round): number => ours.perSecond * events;
  const ratio = median(({ ours, floor }) => ours.perSecond / floor.perSecond);
  const p99 = median(({ ours }) => ours.p99Ms);
  return [
    {
      metric,
      unit: 'events/s',
      ours: median(rate),
      floor: median(({ floor }) => floor.perSecond * events),
      bar: least === undefined ? undefined : { text: `≥ ${least} × floor`, isMet: ratio >= least },
      spread: spread(rate),
    },
    {
      metric: `${metric}, p99`,
      unit: 'ms',
      ours: p99,
      floor: median(({ floor }) => floor.p99Ms),
      bar: least === undefined ? atMost(MAX_P99_MS, p99, 'ms') : undefined,
      spread: spread(({ ours }) => ours.p99Ms),
    },
    {
      metric: `${metric}, CPU of an event`,
      unit: 'µs',
      ours: median(({ ours }) => ours.cpuUs / events),
      floor: median(({ floor }) => floor.cpuUs / events),
      spread: spread(({ ours }) => ours.cpuUs / events),
    },
  ];
}

/** Capture alone: once it has cached the key, the platform that made it is stopped, so that nothing consumes the stream. */
async function startCapture(servers: PrivateServers, manager: JetStreamManager): Promise<Target> {
  const platform = await startPlatform(servers, 'standalone');
  const { person } = await newWorkplace(platform, 'Bench');
  const { key } = await person.must<{ key: string }>('POST', '/analytics/keys', { name: 'b', key_type: 'write' });
  const { url, program } = await platform.add('capture');
  const headers = bearer(key);
  await call('POST', `${url}/api/analytics/batch`, batchOf(1, 0), headers);
  await platform.front.stop();
  await manager.streams.purge(OURS);
  await check(url, headers, manager);
  const loadOf = ({ events }: Contest): Load => {
    const path = events === 1 ? '/api/analytics/capture' : '/api/analytics/batch';
    const bodyOf = (n: number): unknown => (events === 1 ? batchOf(1, n).batch[0] : batchOf(events, n));
    return loadOn(url, path, headers, bodyOf);
  };
  return { pid: program.pid, stream: OURS, loadOf, stop: () => platform.stop() };
}

/** Every event that is acknowledged must be in the stream before anything is timed. */
async function check(url: string, headers: Readonly<Record<string, string>>, manager: JetStreamManager): Promise<void> {
  const answers = await Promise.all(
    numbers(20).map((n) =>
      call<{ event_ids: string[] }>('POST', `${url}/api/analytics/batch`, batchOf(100, n), headers),
    ),
  );
  const { state } = await manager.streams.info(OURS);
  const there = new Set<string>();
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage(OURS, { seq });
    for (const { event_id } of message?.json<EventRow[]>() ?? []) there.add(event_id);
  }
  const acked = answers.flatMap(({ body }) => body.event_ids);
  if (acked.length !== 2_000 || acked.some((id) => !there.has(id))) throw new Error('Not every event is in the stream');
}

async function startFloor(servers: PrivateServers, manager: JetStreamManager): Promise<Target> {
  const { max_bytes, discard } = (await manager.streams.info(OURS)).config;
  const retention = RetentionPolicy.Interest;
  await manager.streams.add({ name: FLOOR, subjects: ['floor.>'], retention, discard, max_bytes: max_bytes / 4 });
  await manager.consumers.add(FLOOR, { durable_name: 'floor', ack_policy: AckPolicy.Explicit });
  const args = [JSON.stringify(servers.nats.connection)];
  const program = new Program({ entry: join(import.meta.dirname, 'floor-server.js'), args, nodeArgs: [] });
  const port = await program.message<number>();
  const loadOf = ({ events, floor }: Contest): Load =>
    loadOn(`http://127.0.0.1:${port}`, floor, {}, (n) => batchOf(events, n));
  return { pid: program.pid, stream: FLOOR, loadOf, stop: () => program.stop() };
}

function loadOn(url: string, path: string, headers: Load['headers'], bodyOf: (n: number) => unknown): Load {
  const requests = numbers(BODIES).map((n) => ({ path, body: JSON.stringify(bodyOf(n)) }));
  return { url, method: 'POST', headers, requests, status: 200 };
}

function batchOf(events: number, seed: number): { readonly batch: readonly object[] } {
  return { batch: numbers(events).map((n) => anEvent(seed * events + n)) };
}

function anEvent(n: number): object {
  return {
    distinct_id: `user-${n % 997}`,
    event: 'checkout_completed',
    properties: {
      amount: n,
      currency: 'EUR',
      plan: 'pro',
      country: 'DE',
      url: 'https://example.com/checkout/complete',
      referrer: 'https://example.com/cart',
    },
    timestamp: '2026-01-31T12:00:00.000Z',
  };
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);
