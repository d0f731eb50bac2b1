import { createLogger } from '#libs/observability';
import { RedisConnection } from '#libs/redis';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { SystemClock } from '#libs/kernel';
import { until } from '#libs/testing';
import { MemoryFailureLimit } from '../../src/cache/memory-failure-limit.js';
import { RedisFailureLimit } from '../../src/cache/redis-failure-limit.js';

describe('RedisFailureLimit', () => {
  let servers: PrivateServers;
  let connections: RedisConnection[];
  beforeAll(async () => {
    servers = await privateServers();
    const logger = createLogger({ service: 'test', level: 'silent' });
    connections = ['one', 'two'].map((name) => new RedisConnection(servers.redisUrl, name, logger));
    await until(() => connections.every(({ connected }) => connected));
  });
  afterAll(async () => {
    for (const connection of connections) connection.close();
    await servers.stop();
  });
  const limits = (perMinute: number): RedisFailureLimit[] =>
    connections.map(
      (connection) => new RedisFailureLimit(connection, perMinute, new MemoryFailureLimit(new SystemClock(), 2)),
    );

  it('counts the failures of all processes together, concurrent ones too', async () => {
    const both = limits(5);
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => both[i % 2]!.begin('ann 10.0.0.1')));
    const refused = attempts.filter(({ status }) => status === 'rejected');

    expect(refused).toHaveLength(15);
    expect(refused[0]).toMatchObject({ reason: { code: 'rate_limited', details: [{ retry_after: 60 }] } });
    await expect(both[0]!.begin('ann 10.0.0.2')).resolves.toBeDefined();
  });

  it('slides: the oldest failure expires first', async () => {
    const [limit] = limits(2);
    await limit!.begin('bob');
    const names = await connections[0]!.client.keys('loom:limit:failures:*');
    for (const key of names) {
      const [member, score] = await connections[0]!.client.zrange(key, 0, 0, 'WITHSCORES');
      await connections[0]!.client.zadd(key, Number(score) - 40_000, member!);
    }
    await limit!.begin('bob');

    expect(names.join()).not.toContain('bob');
    const refusal = await limit!.begin('bob').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'rate_limited', details: [{ retry_after: expect.any(Number) as number }] });
    const { details } = refusal as { details: { retry_after: number }[] };
    expect(details[0]!.retry_after).toBeLessThanOrEqual(20);
  });

  it('forgets attempts that did not fail', async () => {
    const [limit] = limits(1);
    await (await limit!.begin('cleo')).forget();

    await expect(limit!.begin('cleo')).resolves.toBeDefined();
    await expect(limit!.begin('cleo')).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('counts in the process, with a lower limit, while Redis is away', async () => {
    await servers.redis.stop();
    await until(() => connections.every(({ connected }) => !connected));

    const [limit] = limits(5);
    await (await limit!.begin('dora')).forget();
    await limit!.begin('dora');
    await limit!.begin('dora');
    await expect(limit!.begin('dora')).rejects.toMatchObject({ code: 'rate_limited' });
  });
});
