import {
  accountsRpc,
  ApiKeyUsedV1,
  systemOrigin,
  type ApiKeyView,
  keyRecordKey,
  REVOKED_KEYS,
  REVOKED_KEYS_WHOLE,
  revokedKeys,
} from '#libs/contracts';
import { until } from '#libs/testing';
import { accountsProcess, anOrigin, type AccountsProcess } from '../world.js';

/** The records and revocations that edge services read, and the usage they report. */
describe('the records of API keys', () => {
  let accounts: AccountsProcess;
  let root: string;
  let org: string;

  beforeAll(async () => {
    accounts = await accountsProcess();
    const [admin] = await accounts.database.sql('select id from app_user');
    root = admin!['id'] as string;
    const command = { name: 'Keys', slug: 'key-life' };
    org = (await accounts.ask(accountsRpc.createOrganization, command, anOrigin('platform', root))).id;
  });
  afterAll(() => accounts.stop());

  const redis = () => accounts.running.runtime.redis.client;
  const create = (): Promise<ApiKeyView> => {
    const command = { name: 'a', key_type: 'flags_server', environment: 'prod' } as const;
    return accounts.ask(accountsRpc.createApiKey, command, anOrigin(org, root));
  };
  const revoke = (key_id: string) => accounts.ask(accountsRpc.revokeApiKey, { key_id }, anOrigin(org, root));
  const lookUp = async (lookup_id: string) => (await accounts.ask(accountsRpc.getKeyRecord, { lookup_id })).record;
  const cached = async (lookupId: string): Promise<Record<string, unknown> | undefined> => {
    const text = await redis().get(keyRecordKey(lookupId));
    return text === null ? undefined : (JSON.parse(text) as Record<string, unknown>);
  };

  it('are in Redis for at most five minutes after a look-up, except for unknown keys', async () => {
    const { lookup_id } = await create();

    const record = await lookUp(lookup_id);
    await lookUp('ffffffffffff');

    await until(async () => (await cached(lookup_id)) !== undefined);
    expect(await cached(lookup_id)).toEqual(JSON.parse(JSON.stringify(record)));
    expect(await redis().pttl(keyRecordKey(lookup_id))).toBeGreaterThan(260_000);
    expect(await redis().pttl(keyRecordKey(lookup_id))).toBeLessThanOrEqual(300_000);
    expect(await redis().exists(keyRecordKey('ffffffffffff'))).toBe(0);
  });

  it('are replaced by the revocation before its fact is published', async () => {
    const { id, lookup_id } = await create();
    await lookUp(lookup_id);
    await until(async () => (await cached(lookup_id)) !== undefined);
    const found: unknown[] = [];
    accounts.running.runtime.bus.subscribe('apikey.revoked.>', async () => {
      found.push(await cached(lookup_id), await redis().zscore(REVOKED_KEYS, lookup_id));
    });
    await accounts.running.runtime.bus.flush();

    await revoke(id);

    await until(async () => found.length === 2);
    expect(found).toEqual([{ lookup_id, revoked_at: expect.any(String) }, expect.any(String)]);
  });

  it('are not replaced by the live record of a concurrent look-up', async () => {
    const { id, lookup_id } = await create();
    const live = await lookUp(lookup_id);
    await revoke(id);
    await until(async () => (await redis().zscore(REVOKED_KEYS, lookup_id)) !== null);
    const { RedisKeyRecords } = await import('../../src/cache/redis-key-records.js');
    const { redis: connection, logger } = accounts.running.runtime;
    const records = new RedisKeyRecords(connection, logger);

    records.keep(live!);
    await redis().ping();
    expect(await cached(lookup_id)).toHaveProperty('revoked_at');

    await redis().del(keyRecordKey(lookup_id));
    records.keep(live!);
    await redis().ping();
    expect(await cached(lookup_id)).toBeUndefined();
  });

  it('fail to be revoked when the list cannot be written, though Redis answers', async () => {
    const { RedisKeyRecords } = await import('../../src/cache/redis-key-records.js');
    const { redis: connection, logger } = accounts.running.runtime;
    const records = new RedisKeyRecords(connection, logger);
    await redis().del(REVOKED_KEYS);
    await redis().set(REVOKED_KEYS, 'not a sorted set');

    const revoking = records.revoke('b'.repeat(12), new Date().toISOString());

    await expect(revoking).rejects.toThrow('WRONGTYPE');
    await redis().del(REVOKED_KEYS);
  });

  it('are listed by revocation since a time, with the time up to which the list is complete', async () => {
    const before = new Date().toISOString();
    const { id, lookup_id } = await create();
    await revoke(id);

    const all = await accounts.ask(accountsRpc.listRevocations, { since: before });
    const later = await accounts.ask(accountsRpc.listRevocations, { since: new Date(Date.now() + 1).toISOString() });

    expect(all.lookup_ids).toEqual([lookup_id]);
    expect(Date.parse(all.as_of)).toBeGreaterThanOrEqual(Date.parse(before));
    expect(later.lookup_ids).toEqual([]);
  });

  it('are listed again after a flush of Redis, which marks the list as whole', async () => {
    const { id, lookup_id } = await create();
    await revoke(id);
    await until(async () => (await redis().zscore(REVOKED_KEYS, lookup_id)) !== null);

    await redis().flushall();
    await until(async () => (await redis().exists(revokedKeys.asOf)) === 1);

    expect(await redis().zscore(REVOKED_KEYS, lookup_id)).not.toBeNull();
    expect(await redis().zscore(REVOKED_KEYS, REVOKED_KEYS_WHOLE)).toBe('inf');
  });

  it('leave the list after a day', async () => {
    await redis().zadd(REVOKED_KEYS, Date.now() - 25 * 3_600_000, 'aaaaaaaaaaaa');
    await until(async () => (await redis().zscore(REVOKED_KEYS, 'aaaaaaaaaaaa')) === null);
    expect(await redis().zscore(REVOKED_KEYS, REVOKED_KEYS_WHOLE)).toBe('inf');
  });

  it('keep the time of the last use, also with duplicate, late and foreign facts', async () => {
    const { id } = await create();
    const report = async (last_used_at: string, scope = org): Promise<void> => {
      const fact = {
        ...ApiKeyUsedV1.of(systemOrigin(scope, 'r'), { keys: [{ key_id: id, last_used_at }] }),
        id: crypto.randomUUID(),
        timestamp: new Date().toISOString(),
        org_id: scope,
        actor: { type: 'system', id: 'loom' },
        metadata: { correlation_id: 'r', source: 'evaluation' },
      };
      const msgId = fact.id;
      await accounts.running.runtime.publisher.publish(`apikey.used.${scope}`, JSON.stringify(fact), {
        msgId,
        headers: {},
      });
    };
    const lastUsed = async () =>
      (await accounts.database.sql('select last_used_at from api_key where id = $1', [id]))[0]!['last_used_at'] as Date;
    const [early, late, last, foreign] = [10, 11, 12, 13].map((hour) => `2026-01-01T${hour}:00:00.000Z`);
    const { id: other } = await accounts.ask(
      accountsRpc.createOrganization,
      { name: 'Other', slug: 'key-life-other' },
      anOrigin('platform', root),
    );

    await report(foreign!, other);
    for (const at of [late, late, early]) await report(at!);
    await until(async () => (await lastUsed()) !== null);
    await report(last!);
    await until(async () => (await lastUsed()).toISOString() !== late);

    expect((await lastUsed()).toISOString()).toBe(last);
  });
});
