import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, FaultProxy, type PrivateServers, privateServers } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { StreamListener } from '../support/stream.js';

const FLAG = 'keys.flag';
const PER_SECOND = 100;
const WITHIN_MS = 1_000;
const WITHIN_CUT_MS = 3_000;

interface NewKey {
  readonly id: string;
  readonly key: string;
  readonly lookup_id: string;
}

/** Two evaluators: one in the platform's process, one in a process with a connection to NATS that can be cut. */
describe('API keys', () => {
  let servers: PrivateServers;
  let proxy: FaultProxy;
  let platform: Platform;
  let work: Workplace;
  let second: string;
  let stream: string;

  beforeAll(async () => {
    servers = await privateServers();
    proxy = await FaultProxy.before(servers.natsUrl);
    platform = await startPlatform(servers, 'standalone', { LOOM_TRUST_PROXY: '1' });
    work = await newWorkplace(platform, 'Keys');
    await work.person.must('POST', '/flags', { key: FLAG, name: 'x', type: 'boolean' });
    second = (await platform.add('evaluation', { LOOM_NATS_URL: proxy.url })).url;
    stream = (await platform.add('streaming', { LOOM_NATS_URL: proxy.url })).url;
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await proxy?.stop();
    await servers?.stop();
  }, 60_000);

  const newKey = (more: object = {}): Promise<NewKey> =>
    work.person.must<NewKey>('POST', '/environments/dev/sdk-keys', { name: 'k', key_type: 'server', ...more });
  const evaluate = async (url: string, key: string, address = '192.0.2.1'): Promise<number> => {
    const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': address };
    return (await call('POST', `${url}/api/flags/evaluate/${FLAG}`, { context: {} }, headers)).status;
  };
  const accepted = (url: string, key: string) => until(async () => (await evaluate(url, key)) === 200);
  const streamOf = async (url: string, key: string): Promise<StreamListener> => {
    const listener = await StreamListener.open(`${url}/api/flags/stream`, key);
    await until(() => listener.find('init'));
    return listener;
  };

  /** Evaluates at a steady rate until it is stopped; returns when the last accepted request was sent, and all other statuses. */
  const load = (url: string, key: string) => {
    let lastAcceptedAt = 0;
    const statuses = new Map<number, number>();
    const running = new Set<Promise<void>>();
    const one = async (): Promise<void> => {
      const at = performance.now();
      const status = await evaluate(url, key);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 200) lastAcceptedAt = Math.max(lastAcceptedAt, at);
    };
    const timer = setInterval(() => {
      const work = one().finally(() => running.delete(work));
      running.add(work);
    }, 1_000 / PER_SECOND);
    const stop = async () => {
      clearInterval(timer);
      await Promise.all(running);
      return { lastAcceptedAt, statuses };
    };
    return { stop };
  };
  /** The time between the 204 and the last accepted request on each evaluator, and to the end of each stream, in ms. */
  const revokeUnderLoad = async ({ id, key }: NewKey, patienceMs: number) => {
    const listeners = [await streamOf(platform.baseUrl, key), await streamOf(stream, key)];
    const ends = listeners.map((listener) => until(() => listener.ended && performance.now(), patienceMs + 10_000, 5));
    const loads = [platform.baseUrl, second].map((url) => load(url, key));
    await sleep(500);
    await work.person.must('DELETE', `/keys/${id}`);
    const revokedAt = performance.now();
    await sleep(patienceMs + 500);
    const outcomes = await Promise.all(loads.map(({ stop }) => stop()));
    const last = listeners.map(({ messages }) => messages.at(-1));
    return {
      statuses: outcomes.map(({ statuses }) => [...statuses.keys()].sort()),
      acceptedForMs: outcomes.map(({ lastAcceptedAt }) => lastAcceptedAt - revokedAt),
      streamsEndedAfterMs: (await Promise.all(ends)).map((at) => at - revokedAt),
      lastWords: last.map((message) => message?.data),
    };
  };
  const farewell = { event: 'error', data: { code: 'invalid_key' } };

  it('revoked under load are refused on every evaluator within a second, and their streams end', async () => {
    const key = await newKey();
    for (const url of [platform.baseUrl, second]) await accepted(url, key.key);

    const found = await revokeUnderLoad(key, WITHIN_MS);

    expect(found.statuses).toEqual([
      [200, 401],
      [200, 401],
    ]);
    expect(Math.max(...found.acceptedForMs, ...found.streamsEndedAfterMs)).toBeLessThanOrEqual(WITHIN_MS);
    expect(found.lastWords).toMatchObject([farewell, farewell]);
  }, 60_000);

  it.each(['cut', 'blackhole'] as const)(
    'revoked while an evaluator is off NATS (%s) are refused there within three seconds',
    async (fault) => {
      const key = await newKey();
      for (const url of [platform.baseUrl, second]) await accepted(url, key.key);
      proxy[fault]();

      const found = await revokeUnderLoad(key, WITHIN_CUT_MS);
      proxy.restore();

      expect(found.statuses).toEqual([
        [200, 401],
        [200, 401],
      ]);
      expect(found.acceptedForMs[0]).toBeLessThanOrEqual(WITHIN_MS);
      expect(found.acceptedForMs[1]).toBeLessThanOrEqual(WITHIN_CUT_MS);
      expect(found.streamsEndedAfterMs[0]).toBeLessThanOrEqual(WITHIN_MS);
      expect(found.streamsEndedAfterMs[1]).toBeLessThanOrEqual(WITHIN_CUT_MS);
      expect(found.lastWords).toMatchObject([farewell, farewell]);
      await accepted(second, work.keys.dev.server);
    },
    60_000,
  );

  it('that this process has not seen are found in Redis while NATS is away, and unknown ones are 503', async () => {
    const [seen, unseen] = [await newKey(), await newKey()];
    await accepted(platform.baseUrl, seen.key);
    proxy.cut();
    try {
      await until(async () => (await evaluate(second, seen.key)) === 200);
      expect(await evaluate(second, unseen.key)).toBe(503);
    } finally {
      proxy.restore();
    }
    await accepted(second, unseen.key);
  }, 60_000);

  it('stay revoked for a process that has just started, though a late fill put the live record back into Redis', async () => {
    const key = await newKey();
    await accepted(second, key.key);
    const redis = new Redis(servers.redisUrl);
    const live = await redis.get(`loom:key:${key.lookup_id}`);
    await work.person.must('DELETE', `/keys/${key.id}`);
    await until(async () => (await evaluate(second, key.key)) === 401);
    await redis.set(`loom:key:${key.lookup_id}`, live!);
    redis.disconnect();
    const third = await platform.add('evaluation');

    expect(live).toContain('key_hash');
    expect(await evaluate(third.url, key.key)).toBe(401);
    await third.program.stop();
  }, 60_000);

  it('that expire stop at their time, and their streams end', async () => {
    const expiresAt = Date.now() + 3_000;
    const { key } = await newKey({ expires_at: new Date(expiresAt).toISOString() });
    const listener = await streamOf(stream, key);
    await accepted(second, key);

    await sleep(expiresAt - Date.now() + 5);

    expect(await evaluate(second, key)).toBe(401);
    await until(() => listener.ended, WITHIN_MS);
    expect(Date.now() - expiresAt).toBeLessThanOrEqual(WITHIN_MS);
  }, 60_000);

  it('keep working during a flood of wrong ones, which get one and the same kind of answer', async () => {
    const good = await newKey({ key_type: 'client' });
    const fresh = await newKey();
    await accepted(second, good.key);
    const statuses = new Map<number, number>();
    let times: number[] = [];
    const running = new Set<Promise<void>>();
    const track = (one: Promise<void>): void => {
      const tracked = one.finally(() => running.delete(tracked));
      running.add(tracked);
    };
    const wrong = async (attempt: number): Promise<void> => {
      // A third with the public look-up id of the good key, the rest with invented ids.
      const id = attempt % 3 === 0 ? good.lookup_id : attempt.toString(16).padStart(12, '0');
      const key = `loom_flags_client_dev_${id}${attempt.toString(16).padStart(28, '0')}`;
      const status = await evaluate(second, key, `203.0.113.${attempt % 20}`);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    const right = async (): Promise<void> => {
      const start = performance.now();
      expect(await evaluate(second, good.key)).toBe(200);
      times.push(performance.now() - start);
    };
    const p99 = () => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!;
    const steady = setInterval(() => track(right()), 20);
    await sleep(1_500);
    const quiet = p99();
    times = [];
    let attempts = 0;
    const flood = setInterval(() => {
      for (let i = 0; i < 6; i += 1) track(wrong((attempts += 1)));
    }, 20);
    await sleep(2_500);
    const freshStatus = await evaluate(second, fresh.key, '198.51.100.1');
    await sleep(2_500);
    for (const timer of [flood, steady]) clearInterval(timer);
    await Promise.all(running);

    expect(attempts).toBeGreaterThan(1_000);
    expect([...statuses.keys()].filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
    expect(freshStatus).toBe(200);
    expect(p99()).toBeLessThanOrEqual(250 + quiet);
    const { data } = await work.person.must<{ data: { lookup_id: string; revoked_at: string | null }[] }>(
      'GET',
      '/environments/dev/sdk-keys?limit=100',
    );
    expect(data.find(({ lookup_id }) => lookup_id === good.lookup_id)).toMatchObject({ revoked_at: null });
  }, 60_000);
});
