import { endedSessions as list } from '#libs/contracts';
import { FixedClock } from '#libs/testing';
import { RecordedRedis } from './recorded-redis.spec-support.js';
import { RedisRevocationList } from './redis-revocation-list.js';

const WHOLE = { exists: 1, zscore: 'inf' };

describe('RedisRevocationList', () => {
  const setUp = (answers: Readonly<Record<string, unknown>>, revokedCount = 0) => {
    const clock = new FixedClock();
    const redis = new RecordedRedis(answers);
    const asked: { sinceMs: number; limit: number }[] = [];
    const revokedSince = async (since: Date, limit: number) => {
      asked.push({ sinceMs: clock.at - since.getTime(), limit });
      return Array.from({ length: revokedCount }, (_, index) => ({ id: `id${index}`, at: since }));
    };
    const renewed = new RedisRevocationList({ redis: redis.connection, list, revokedSince, clock });
    return { clock, redis, asked, refresh: () => renewed.refresh() };
  };

  it('reads the last quarter of an hour while the list is whole', async () => {
    const { asked, refresh } = setUp(WHOLE);

    await refresh();

    expect(asked).toEqual([{ sinceMs: 15 * 60_000, limit: 100_000 }]);
  });

  it.each([
    ['its time is missing', { exists: 0, zscore: 'inf' }],
    ['it grows again after a loss', { exists: 1, zscore: null }],
  ])('reads everything that the list keeps when %s', async (_, answers) => {
    const { asked, refresh } = setUp(answers);

    await refresh();

    expect(asked).toEqual([{ sinceMs: list.keptMs, limit: 100_000 }]);
  });

  it('writes the entries, the mark of a whole list and its time in one transaction, and drops old entries', async () => {
    const { clock, redis, refresh } = setUp(WHOLE, 1);

    await refresh();

    expect(redis.transactions).toBe(2); // the check, and everything that is written
    expect(redis.of('zadd')).toEqual([
      [list.members, clock.at - 15 * 60_000, 'id0'],
      [list.members, '+inf', '@whole'],
    ]);
    expect(redis.of('zremrangebyscore')).toEqual([[list.members, '-inf', clock.at - list.keptMs]]);
    expect(redis.of('pexpire')).toEqual([[list.members, list.keptMs]]);
    expect(redis.of('set')).toEqual([[list.asOf, clock.at, 'PX', 10_000]]);
  });

  it('marks an empty list as whole: nothing was revoked', async () => {
    const { redis, refresh } = setUp({ exists: 0, zscore: null });

    await refresh();

    expect(redis.of('zadd')).toEqual([[list.members, '+inf', '@whole']]);
  });

  it('writes as many entries as it keeps, in commands that hold a part each', async () => {
    const { redis, refresh } = setUp({ exists: 0, zscore: null }, 100_000);

    await refresh();

    const entries = redis.of('zadd').slice(0, -1);
    expect(redis.transactions).toBe(2);
    expect(Math.max(...entries.map(({ length }) => length))).toBe(1 + 2 * 5_000);
    expect(new Set(entries.flatMap(([, ...scored]) => scored.filter((_, index) => index % 2 === 1))).size).toBe(
      100_000,
    );
  });

  it('fails when a command fails, so that the job is repeated', async () => {
    await expect(setUp({ ...WHOLE, zadd: new Error('OOM') }).refresh()).rejects.toThrow('OOM');
  });

  it('writes nothing when the revocations cannot be read: the time of the list must not go on', async () => {
    const redis = new RecordedRedis(WHOLE);
    const revokedSince = () => Promise.reject(new Error('no database'));
    const renewed = new RedisRevocationList({ redis: redis.connection, list, revokedSince, clock: new FixedClock() });

    await expect(renewed.refresh()).rejects.toThrow('no database');

    expect(redis.of('set')).toEqual([]);
  });

  it('takes its time from before the query: a later revocation may be missing from the rows', async () => {
    const clock = new FixedClock();
    const redis = new RecordedRedis(WHOLE);
    const startedAt = clock.at;
    const revokedSince = async () => {
      clock.advance(5_000);
      return [];
    };

    await new RedisRevocationList({ redis: redis.connection, list, revokedSince, clock }).refresh();

    expect(redis.of('set')).toEqual([[list.asOf, startedAt, 'PX', 10_000]]);
  });
});
