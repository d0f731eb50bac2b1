import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { bearer, call, FaultProxy, type PrivateServers, privateServers, type StandbyServer } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { report } from '../support/report.js';
import { StreamListener } from '../support/stream.js';

const FLAG = 'failover.flag';
const CONFIG = `/flags/${FLAG}/configs/dev`;
const KEPT = 'kept.flag';

/** The primary dies before its replica has the last commits, and the replica takes its place. */
describe('a failover that loses commits', () => {
  let servers: PrivateServers;
  let toPrimary: FaultProxy;
  let replication: FaultProxy;
  let standby: StandbyServer;
  let folder: string;
  let platform: Platform;
  let work: Workplace;
  let evaluators: readonly string[];
  let streams: readonly StreamListener[];

  beforeAll(async () => {
    servers = await privateServers({ ownPostgres: true, durable: true });
    toPrimary = await FaultProxy.before(servers.postgresUrl);
    platform = await startPlatform({ ...servers, postgresUrl: toPrimary.url }, 'standalone');
    work = await newWorkplace(platform, 'Failover');
    for (const key of [FLAG, KEPT]) await work.person.must('POST', '/flags', { key, name: key, type: 'boolean' });
    await serve(true);
    const [evaluation, streaming] = await Promise.all([platform.add('evaluation'), platform.add('streaming')]);
    evaluators = [platform.baseUrl, evaluation.url];
    streams = await Promise.all(
      [platform.baseUrl, streaming.url].map((url) =>
        StreamListener.open(`${url}/api/flags/stream`, work.keys.dev.server),
      ),
    );
    await everywhere(true);
    folder = await mkdtemp(join(tmpdir(), 'loom-standby-'));
    replication = await FaultProxy.before(servers.postgres!.url);
    standby = await servers.postgres!.standby(folder, replication.url);
  }, 120_000);
  afterAll(async () => {
    for (const stream of streams ?? []) stream.close();
    try {
      await platform?.stop();
    } finally {
      await Promise.all([toPrimary?.stop(), replication?.stop(), standby?.kill9()]);
      await servers?.stop();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);

  const evaluate = (url: string) =>
    call('POST', `${url}/api/flags/evaluate/${FLAG}`, { context: {} }, bearer(work.keys.dev.server));
  const everywhere = (value: boolean, withinMs = 10_000) =>
    until(
      async () => (await Promise.all(evaluators.map(evaluate))).every(({ body }) => body['value'] === value),
      withinMs,
    );
  const serve = (value: boolean) =>
    work.person.ask('PATCH', CONFIG, {
      enabled: true,
      rules: value ? [{ conditions: [], serve: { variant: 'on' } }] : [],
    });
  const epochOf = (version: unknown): string => String(version).split('.')[0]!;
  const orgOf = (version: unknown): number => Number(String(version).split('.')[2]);

  it('begins a new epoch: within 5 s no reader keeps what the database lacks, and later writes arrive', async () => {
    const before = (await serve(true)).headers.get('loom-version');
    await until(() => standbyHas(before));
    replication.blackhole();
    const lost: unknown[] = [];
    for (const value of [true, false, false]) lost.push((await serve(value)).headers.get('loom-version'));
    await everywhere(false);
    await until(() => streams.every(({ messages }) => messages.some(({ id }) => id === lost.at(-1))));

    await servers.postgres!.kill9();
    await standby.promote();
    const began = performance.now();
    const from = streams.map(({ messages }) => messages.length);
    toPrimary.leadTo(standby.url);
    await everywhere(true, 5_000);
    report('after the failover every evaluator has the database’s state', performance.now() - began, 5_000);
    await until(() => streams.every((stream, n) => stream.find('init', from[n])), 5_000);
    report('after the failover every stream began again', performance.now() - began, 5_000);

    for (const [n, stream] of streams.entries()) {
      const { id, data } = stream.find('init', from[n])!;
      expect(epochOf(id) > epochOf(before)).toBe(true);
      expect(orgOf(id)).toBe(orgOf(before));
      expect(JSON.stringify(data)).toContain(KEPT);
    }
    const written = await until(async () => {
      const answer = await serve(false);
      return answer.status === 200 && answer.headers.get('loom-version');
    });
    expect(orgOf(written)).toBe(orgOf(before) + 1);
    await everywhere(false);
    await until(() => streams.every(({ messages }) => messages.some(({ id }) => id === written)));
    for (const { messages } of streams) expectNeverBack(messages.map(({ id }) => id!));

    expect(platform.front.output).toMatch(/the database began a new epoch/);
    const entry = `select text from audit.entry where event = 'EpochStarted'`;
    const entries = await until(async () => {
      const rows = await onStandby<{ text: string }>(entry);
      return rows.length > 0 && rows;
    });
    expect(entries.map(({ text }) => JSON.parse(text) as unknown)).toMatchObject([
      { severity: 'critical', org_id: null },
    ]);
  }, 120_000);

  async function standbyHas(version: string | null): Promise<boolean> {
    const sql = 'select version from flags.counter where scope = $1';
    const [row] = await onStandby<{ version: string }>(sql, [work.orgId]);
    return Number(row?.version) === orgOf(version);
  }

  async function onStandby<R extends object>(sql: string, values: unknown[] = []): Promise<R[]> {
    const url = new URL(standby.url);
    url.pathname = new URL(servers.postgresUrl).pathname;
    const client = new pg.Client({ connectionString: url.href });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<R>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  function expectNeverBack(ids: readonly string[]): void {
    for (const [n, id] of ids.entries()) {
      const previous = ids[n - 1];
      if (previous === undefined || epochOf(previous) < epochOf(id)) continue;
      expect([epochOf(id), orgOf(id) >= orgOf(previous)]).toEqual([epochOf(previous), true]);
    }
  }
});
