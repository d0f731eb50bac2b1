import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, bearer, call, type PrivateServers, privateServers } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { Fleet, snapshotsAt, startBlank, type Member } from '../support/fleet.js';
import { storedEvents } from '../support/intake.js';
import type { StreamListener, StreamMessage } from '../support/stream.js';

const FLAG = 'outage.flag';
const CONFIG = `/flags/${FLAG}/configs/dev`;
const UNKNOWN_KEY = `loom_flags_server_dev_${'0a'.repeat(20)}`;
const HEARTBEAT_MS = 1_000;

/** The table of specification 05, row by row: the servers are killed, and only the servers are started again by the test. */
describe('when something is down', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let fleet: Fleet;
  let writeKey: string;
  let dataDir: string;
  let streams: readonly StreamListener[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'loom-outages-'));
    servers = await privateServers({ ownPostgres: true, durable: true });
    platform = await startPlatform(servers, 'standalone', { LOOM_STREAM_HEARTBEAT_MS: String(HEARTBEAT_MS) });
    work = await newWorkplace(platform, 'Outages');
    const key = { name: 'write', key_type: 'write' };
    writeKey = (await work.person.must<{ key: string }>('POST', '/analytics/keys', key)).key;
    await createFlag(work);
    fleet = await Fleet.start(platform, asked(), dataDir);
    await everywhere(true);
    expect(await capture()).toMatchObject({ status: 200 });
  }, 180_000);
  beforeEach(async () => {
    streams = await fleet.streams();
    await until(() => allReceived('init'));
  });
  afterEach(() => {
    for (const stream of streams) stream.close();
  });
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 90_000);

  const asked = () => ({ key: work.keys.dev.server, flag: FLAG });
  const everywhere = (value: boolean) =>
    until(async () => (await fleet.values()).every((each) => each === value), 20_000);
  const allReceived = (event: string) => streams.every((stream) => stream.find(event));
  const areOpen = () => streams.every(({ ended }) => !ended);
  const serve = (value: boolean): Promise<Answer> => work.person.ask('PATCH', CONFIG, configOf(value));
  const capture = (): Promise<Answer> =>
    call(
      'POST',
      `${platform.baseUrl}/api/analytics/capture`,
      { distinct_id: 'u1', event: 'signed_up' },
      bearer(writeKey),
    );
  const isStored = async ({ body }: Answer) => (await storedEvents(servers)).has(body['event_id'] as string);
  const isTaken = async (): Promise<void> => {
    const answer = await until(async () => {
      const tried = await capture();
      return tried.status === 200 && tried;
    });
    await until(() => isStored(answer), 30_000);
  };
  /** Nothing was restarted by hand: a change passes through, as it did before. */
  const isWell = async (): Promise<void> => {
    const accepted = await until(async () => {
      const answer = await serve(false);
      return answer.status === 200 && answer;
    }, 30_000);
    await everywhere(false);
    const version = accepted.headers.get('loom-version');
    await until(() => streams.every((stream) => every('flag.updated', stream).some(({ id }) => id === version)));
    await until(async () => (await serve(true)).status === 200);
    await everywhere(true);
    expect(platform.front.isRunning).toBe(true);
  };

  it('Redis: evaluation, streams, management, capture and an organization that is new go on', async () => {
    const endLoad = fleet.load();
    await servers.redis.kill9();

    expect(await capture()).toMatchObject({ status: 200 });
    await isTaken();
    expect(await endLoad()).toEqual(new Set([true]));
    await isWell();
    expect(areOpen()).toBe(true);
    const fresh = await newWorkplace(platform, 'Born without Redis');
    await createFlag(fresh);
    await until(async () => (await fleet.values(fresh.keys.dev.server)).every((value) => value === true));

    await servers.redis.restart();
    await isWell();
  }, 90_000);

  it('NATS: evaluation and streams go on; writes and events are refused in time, and none is half done', async () => {
    const before = versionOf(await serve(true));
    const endLoad = fleet.load();
    await servers.nats.kill9();
    const began = performance.now();
    const refused = await serve(false);
    const took = performance.now() - began;
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'bus_unavailable' } } });
    expect(took).toBeLessThan(2_500);
    expect(retryAfter(refused)).toBeGreaterThan(0);

    const since = streams.map(({ messages }) => messages.length);
    const lost = await capture();
    expect(lost).toMatchObject({ status: 503, body: { error: { code: 'bus_unavailable' } } });
    expect(retryAfter(lost)).toBeGreaterThan(0);
    expect(performance.now() - began - took).toBeGreaterThan(1_500);
    await until(() => streams.every((stream, n) => every('heartbeat', stream, since[n]).length >= 8), 20_000);
    expect((await fetch(`${platform.baseUrl}/readyz`)).status).toBe(200);
    expect(await endLoad()).toEqual(new Set([true]));

    await servers.nats.restart();
    const accepted = await until(async () => {
      const answer = await serve(false);
      return answer.status === 200 && answer;
    });
    expect(versionOf(accepted)).toBe(before + 1);
    await isWell();
    expect(areOpen()).toBe(true);
    await isTaken();
  }, 90_000);

  it('Postgres: evaluation goes on, new streams begin, management is refused in time, events are taken in', async () => {
    const endLoad = fleet.load();
    await servers.postgres!.kill9();

    for (const ask of [() => serve(false), () => work.person.ask('GET', '/flags')]) {
      const began = performance.now();
      expect(await ask()).toMatchObject({ status: 503, body: { error: { code: 'store_unavailable' } } });
      expect(performance.now() - began).toBeLessThan(2_000);
    }
    const taken = [await capture(), await capture()];
    expect(taken).toMatchObject([{ status: 200 }, { status: 200 }]);
    const late = await fleet.streams();
    await until(() => late.every((stream) => stream.find('init')));
    for (const stream of late) stream.close();
    expect(await endLoad()).toEqual(new Set([true]));

    await servers.postgres!.restart();
    await isWell();
    for (const answer of taken) await until(() => isStored(answer), 30_000);
    expect(areOpen()).toBe(true);
  }, 90_000);

  describe('all three, then a restart:', () => {
    let version: string;
    let evaluator: Member;
    let streamer: Member;

    beforeAll(async () => {
      version = (await fleet.evaluate()).body['version'] as string;
      await until(async () => (await snapshotsAt(version, dataDir)) === 4, 20_000);
      await Promise.all([servers.redis.kill9(), servers.nats.kill9(), servers.postgres!.kill9()]);
      expect(new Set(await fleet.values())).toEqual(new Set([true]));
      expect((await areRefused()).map(({ status }) => status)).toEqual([503, 503, 503]);

      await fleet.restart();
      const blankDir = join(dataDir, 'blank');
      [evaluator, streamer] = await Promise.all([
        startBlank(platform, 'evaluation', blankDir),
        startBlank(platform, 'streaming', blankDir),
      ]);
    }, 180_000);
    afterAll(() => Promise.all([evaluator, streamer].map((member) => member?.program.stop())));

    const areRefused = () => Promise.all([serve(false), work.person.ask('GET', '/flags'), capture()]);

    it('evaluators answer from their snapshots, with the age of those', async () => {
      expect(new Set(await fleet.values())).toEqual(new Set([true]));
      for (const { url } of fleet.evaluators) {
        const { body } = await until(async () => {
          const answer = await fleet.evaluate(url);
          return Number(answer.body['stale_seconds']) > 0 && answer;
        });
        expect(body).toMatchObject({ version, results: [{ value: true }] });
      }
      expect((await areRefused()).map(({ status }) => status)).toEqual([503, 503, 503]);
    });

    it('streams begin with the snapshot, and its age', async () => {
      const begun = streams.map((stream) => stream.find('init')!);
      expect(begun.map(({ id }) => id)).toEqual([version, version]);
      for (const { data } of begun) expect(data.data['flags']).toMatchObject([{ flag_key: FLAG, enabled: true }]);
      const isStale = ({ data }: StreamMessage) => Number(data.data['stale_seconds']) > 0;
      await until(() => streams.every((stream) => every('heartbeat', stream).some(isStale)));
    });

    it('an unknown key is 503, never 200', async () => {
      expect(new Set(await fleet.values(UNKNOWN_KEY))).toEqual(new Set([503]));
      await expect(fleet.streams(UNKNOWN_KEY)).rejects.toThrow('503');
    });

    it('a process without any data is not ready, and returns no value', async () => {
      const error = { code: 'not_initialised' };
      expect(await fleet.evaluate(evaluator.url)).toMatchObject({ status: 503, body: { error } });
      expect(await fleet.values(asked().key, [evaluator])).toEqual([503, 503, 503, 503]);
      await expect(fleet.streams(asked().key, [streamer])).rejects.toThrow('503');
      for (const { url } of [evaluator, streamer]) expect((await fetch(`${url}/readyz`)).status).toBe(503);
    });

    it('when they are back a change arrives everywhere, and nothing was restarted by hand', async () => {
      await Promise.all([servers.redis.restart(), servers.nats.restart(), servers.postgres!.restart()]);
      await isWell();
      expect(areOpen()).toBe(true);

      await until(async () => (await fleet.values(asked().key, [evaluator])).every((value) => value === true));
      const late = await until(() => fleet.streams(asked().key, [streamer]).catch(() => undefined));
      await until(() => late[0]!.find('init'));
      late[0]!.close();
      for (const { url } of fleet.evaluators) {
        await until(async () => (await fleet.evaluate(url)).body['stale_seconds'] === undefined);
      }
      await until(async () => (await fleet.values(UNKNOWN_KEY)).every((status) => status === 401));
      await isTaken();
    }, 90_000);
  });
});

/** The configuration with which every context gets the value. */
function configOf(value: boolean): object {
  return { enabled: true, rules: value ? [{ conditions: [], serve: { variant: 'on' } }] : [] };
}

/** True for every context in `dev`. */
async function createFlag({ person }: Workplace): Promise<void> {
  await person.must('POST', '/flags', { key: FLAG, name: 'x', type: 'boolean' });
  await person.must('PATCH', CONFIG, configOf(true));
}

const retryAfter = ({ headers }: Answer): number => Number(headers.get('retry-after'));
/** Of the organization. */
const versionOf = ({ headers }: Answer): number => Number(headers.get('loom-version')!.split('.')[2]);

const every = (event: string, { messages }: StreamListener, since = 0): readonly StreamMessage[] =>
  messages.slice(since).filter((message) => message.event === event);
