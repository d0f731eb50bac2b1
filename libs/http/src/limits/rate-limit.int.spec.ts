import { privateServers, type PrivateServers } from '#libs/local-servers';
import { createLogger } from '#libs/observability';
import { RedisConnection } from '#libs/redis';
import { until } from '#libs/testing';
import { RateLimit, type RateLimitOptions, type Taken } from './rate-limit.js';

const logger = createLogger({ service: 'test', level: 'silent' });

describe('RateLimit over a real Redis', () => {
  let servers: PrivateServers;
  let connections: RedisConnection[];
  beforeAll(async () => {
    servers = await privateServers();
    connections = ['one', 'two'].map((name) => new RedisConnection(servers.redisUrl, name, logger));
    await until(() => connections.every(({ connected }) => connected));
  });
  afterAll(async () => {
    for (const connection of connections) connection.close();
    await servers.stop();
  });
  /** The same limit in two processes. */
  const shared = (options: Partial<RateLimitOptions> & { name: string }): RateLimit[] =>
    connections.map(
      ({ client }) => new RateLimit(client, { kind: 'window', capacity: 60, seconds: 60, instances: 2, ...options }),
    );
  const flood = (limits: readonly RateLimit[], requests: number, key = 'u1'): Promise<Taken[]> =>
    Promise.all(Array.from({ length: requests }, (_, i) => limits[i % limits.length]!.take(key)));
  const allowed = (all: readonly Taken[]): number => all.filter(({ isAllowed }) => isAllowed).length;

  it('allows exactly the capacity of a window to 50 clients of two processes', async () => {
    const limits = shared({ name: 'window' });
    const clients = Array.from({ length: 50 }, async (_, i) => {
      const taken: Taken[] = [];
      for (let n = 0; n < 20; n++) taken.push(await limits[i % 2]!.take('u1'));
      return taken;
    });

    expect(allowed((await Promise.all(clients)).flat())).toBe(60);
  });

  it('allows the capacity of a bucket and its refill, within 2 %', async () => {
    const limits = shared({ name: 'bucket', kind: 'bucket', capacity: 100, seconds: 1 });
    const began = performance.now();
    let took = 0;
    const clients = Array.from({ length: 50 }, async (_, i) => {
      while (performance.now() - began < 2_000) {
        const { isAllowed } = await limits[i % 2]!.take('u1');
        if (isAllowed) took += 1;
      }
    });
    await Promise.all(clients);
    const elapsedS = (performance.now() - began) / 1_000;

    expect(took).toBeLessThanOrEqual((100 + 100 * elapsedS) * 1.02);
    expect(took).toBeGreaterThan(150);
  });

  it('counts keys separately, and takes the cost of a request', async () => {
    const [limit] = shared({ name: 'cost', kind: 'bucket', capacity: 20, seconds: 20 });
    const first = await limit!.take('a', 15);
    const second = await limit!.take('a', 15);

    expect(first).toMatchObject({ isAllowed: true, limit: 20, remaining: 5 });
    expect(second).toMatchObject({ isAllowed: false, remaining: 0 });
    expect(second.waitMs).toBeGreaterThan(9_000);
    expect(second.waitMs).toBeLessThanOrEqual(10_000);
    expect(await limit!.take('b', 15)).toMatchObject({ isAllowed: true });
    expect(await limit!.take('a', 5)).toMatchObject({ isAllowed: true });
  });

  it('allows requests again when the counted ones are older than the window', async () => {
    const limits = shared({ name: 'again', capacity: 3, seconds: 1 });
    expect(allowed(await flood(limits, 10))).toBe(3);
    const refused = await limits[0]!.take('u1');
    await new Promise((resolve) => setTimeout(resolve, refused.waitMs + 20));

    expect(await limits[1]!.take('u1')).toMatchObject({ isAllowed: true });
  });

  it('reports how long until a window has room for the whole cost', async () => {
    const [limit] = shared({ name: 'room', capacity: 10, seconds: 10 });
    await limit!.take('a', 2);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await limit!.take('a', 8);
    const [one, five] = [await limit!.take('a', 1), await limit!.take('a', 5)];

    expect(one.waitMs).toBeLessThanOrEqual(9_000);
    expect(five.waitMs - one.waitMs).toBeGreaterThan(900);
  });

  it('admits a cost above the capacity when the limit is full, and drains it', async () => {
    const [limit] = shared({ name: 'more', capacity: 10 });
    const taken = [
      await limit!.take('a', 11),
      await limit!.take('a', 1),
      await limit!.take('b', 1),
      await limit!.take('b', 11),
    ];

    expect(taken.map(({ isAllowed }) => isAllowed)).toEqual([true, false, true, false]);
  });

  it('keeps no key in Redis for longer than two windows', async () => {
    await shared({ name: 'ttl' })[0]!.take('u1');
    await shared({ name: 'ttl', kind: 'bucket', seconds: 10 })[0]!.take('u1');
    const { client } = connections[0]!;
    const keys = await client.keys('loom:limit:*:ttl:*');
    const ttls = await Promise.all(keys.map((key) => client.pttl(key)));

    expect(keys).toHaveLength(2);
    expect(Math.max(...ttls)).toBeGreaterThan(110_000);
    expect(Math.max(...ttls)).toBeLessThanOrEqual(120_000);
    expect(Math.min(...ttls)).toBeGreaterThan(15_000);
    expect(Math.min(...ttls)).toBeLessThanOrEqual(20_000);
  });

  it('allows each process its part while Redis is down, and shares the limit again afterwards', async () => {
    const limits = shared({ name: 'away', capacity: 40 });
    await servers.redis.stop();
    await until(() => connections.every(({ connected }) => !connected));
    const away = await flood(limits, 200);
    await servers.redis.restart();
    await until(() => connections.every(({ connected }) => connected));
    const before = await limits[0]!.take('u2');
    await new Promise((resolve) => setTimeout(resolve, 1_050));

    expect(allowed(away)).toBe(40);
    expect(away.every(({ limit }) => limit === 20)).toBe(true);
    expect(before.isAllowed).toBe(true);
    expect(await limits[0]!.take('u3')).toMatchObject({ limit: 40 });
  });
});
