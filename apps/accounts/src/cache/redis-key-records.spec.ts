import { keyRecordKey, REVOKED_KEYS, type KeyRecord } from '#libs/contracts';
import { createLogger } from '#libs/observability';
import { RecordedRedis } from './recorded-redis.spec-support.js';
import { RedisKeyRecords } from './redis-key-records.js';

const AT = '2026-03-01T10:00:00.000Z';
const logger = createLogger({ service: 'test', level: 'silent' });
const record: KeyRecord = {
  id: 'k1',
  lookup_id: 'abc',
  key_hash: 'hash',
  key_type: 'flags_server',
  org_id: 'acme',
  allowed_origins: [],
};

describe('RedisKeyRecords', () => {
  const setUp = (answers: Readonly<Record<string, unknown>> = {}) => {
    const redis = new RecordedRedis(answers);
    return { redis, records: new RedisKeyRecords(redis.connection, logger) };
  };
  /** The revocation of the key as it is stored: in the record and in the list. */
  const revocation = [
    ['set', keyRecordKey('abc'), JSON.stringify({ lookup_id: 'abc', revoked_at: AT }), 'PX', expect.any(Number)],
    ['zadd', REVOKED_KEYS, Date.parse(AT), 'abc'],
  ];

  it('keeps a live record by the script that never replaces a revoked one', () => {
    const { redis, records } = setUp();

    records.keep(record);

    expect(redis.commands).toEqual([
      ['loomKeepKeyRecord', ...[keyRecordKey('abc'), REVOKED_KEYS, JSON.stringify(record), expect.any(Number)], 'abc'],
    ]);
  });

  it('keeps a revoked record as a revocation, without what the key could do, in one transaction', () => {
    const { redis, records } = setUp();

    records.keep({ ...record, revoked_at: AT });

    expect(redis.commands).toEqual(revocation);
    expect(redis.transactions).toBe(1);
  });

  it('writes the revocation of a fact before the fact is published; other facts are not read', async () => {
    const { redis, records } = setUp();
    const payload = JSON.stringify({ timestamp: AT, data: { lookup_id: 'abc' } });

    await records.beforePublish({ type: 'apikey.revoked', payload });
    await records.beforePublish({ type: 'apikey.created', payload: 'unread' });

    expect(redis.commands).toEqual(revocation);
  });

  it('never fails a look-up, and reports a revocation that was not written to the relay', async () => {
    const { records } = setUp({ loomKeepKeyRecord: new Error('away'), zadd: new Error('away') });

    expect(() => records.keep(record)).not.toThrow();
    expect(() => records.keep({ ...record, revoked_at: AT })).not.toThrow();

    await expect(records.revoke('abc', AT)).rejects.toThrow('away');
  });

  it('expires records within five minutes, at different times', () => {
    const { redis, records } = setUp();
    for (let i = 0; i < 100; i += 1) records.keep(record);

    const lives = redis.of('loomKeepKeyRecord').map((args) => Number(args[3]));

    expect(Math.min(...lives)).toBeGreaterThanOrEqual(270_000);
    expect(Math.max(...lives)).toBeLessThanOrEqual(300_000);
    expect(new Set(lives).size).toBeGreaterThan(50);
  });
});
