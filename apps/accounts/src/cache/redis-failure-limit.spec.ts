import { FixedClock } from '#libs/testing';
import { MemoryFailureLimit } from './memory-failure-limit.js';
import { RecordedRedis } from './recorded-redis.spec-support.js';
import { RedisFailureLimit } from './redis-failure-limit.js';

describe('RedisFailureLimit', () => {
  const setUp = (answers: Readonly<Record<string, unknown>>) => {
    const redis = new RecordedRedis(answers);
    const withoutRedis = new MemoryFailureLimit(new FixedClock(), 1);
    return { redis, limit: new RedisFailureLimit(redis.connection, 7, withoutRedis) };
  };

  it('begins an attempt with the number of failures of a minute, under a key that hides the address', async () => {
    const { redis, limit } = setUp({ eval: 0 });

    await limit.begin('ann@loom.localhost 192.0.2.7');

    const [[, keys, name, perMinute] = []] = redis.of('eval');
    expect([keys, perMinute]).toEqual([1, 7]);
    expect(name).toMatch(/^loom:limit:failures:[\w-]{43}$/);
  });

  it('refuses with the time to wait, in whole seconds, rounded up', async () => {
    const { limit } = setUp({ eval: 20_001 });

    await expect(limit.begin('ann')).rejects.toMatchObject({ code: 'rate_limited', details: [{ retry_after: 21 }] });
  });

  it('removes the attempt that succeeded, and no other of the same key', async () => {
    const { redis, limit } = setUp({ eval: 0 });
    const [first, second] = [await limit.begin('ann'), await limit.begin('ann')];

    await first.forget();

    const attempts = redis.of('eval').map(([, , name, , id]) => [name, id]);
    expect(redis.of('zrem')).toEqual([attempts[0]]);
    await second.forget();
    expect(redis.of('zrem')).toEqual(attempts);
    expect(new Set(attempts.map(([, id]) => id)).size).toBe(2);
  });

  it('lets a sign-in succeed though Redis goes away before the attempt is removed', async () => {
    const { limit } = setUp({ eval: 0, zrem: new Error('away') });

    await expect((await limit.begin('ann')).forget()).resolves.toBeUndefined();
  });

  it('counts by the stricter limit of the process while Redis is away', async () => {
    const { limit } = setUp({ eval: new Error('away') });
    await expect(limit.begin('ann')).resolves.toBeDefined();

    await expect(limit.begin('ann')).rejects.toMatchObject({ code: 'rate_limited' });

    await expect(limit.begin('bob')).resolves.toBeDefined();
  });
});
