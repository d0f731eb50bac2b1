import { setTimeout as sleep } from 'node:timers/promises';
import {
  accountsRpc,
  type KeyRecord,
  keyRecordKey,
  REVOKED_AS_OF_TTL_MS,
  REVOKED_KEYS,
  REVOKED_KEYS_WHOLE,
  revokedKeys,
} from '#libs/contracts';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { aRecord, FixedClock, LOOKUP, START } from '#libs/testing';
import { createLogger } from '#libs/observability';
import { Bus, RpcClient } from '#libs/bus';
import { RedisConnection } from '#libs/redis';
import { RedisThenRpcKeys } from '../cache/key-directory.js';
import { RevocationPoll } from '../revocation/revocation-poll.js';
import { RedisRevocations, RpcRevocations } from '../revocation/revocation-sources.js';
import { Revocations } from '../revocation/revocations.js';

const logger = createLogger({ service: 'test', level: 'silent' });
const FRESH_MS = 10_000;

describe('keys over real servers', () => {
  let servers: PrivateServers;
  let bus: Bus;
  let redis: RedisConnection;
  let answer: KeyRecord | null = null;
  let revoked: readonly string[] = [];

  beforeAll(async () => {
    servers = await privateServers();
    bus = new Bus({ url: servers.natsUrl, name: 'test' }, logger);
    redis = new RedisConnection(servers.redisUrl, 'test', logger);
    bus.start();
    bus.subscribe(accountsRpc.getKeyRecord.subject, (message) => {
      message.respond(JSON.stringify({ ok: true, data: { record: answer } }));
    });
    bus.subscribe(accountsRpc.listRevocations.subject, (message) => {
      message.respond(
        JSON.stringify({ ok: true, data: { as_of: new Date(START).toISOString(), lookup_ids: revoked } }),
      );
    });
    await bus.flush();
    while (!redis.connected) await sleep(10);
  });
  afterAll(async () => {
    await bus?.drain();
    redis?.close();
    await servers?.stop();
  });
  beforeEach(async () => {
    await redis.client.flushall();
    [answer, revoked] = [null, []];
  });

  const setUp = () => {
    const clock = new FixedClock(START);
    const revocations = new Revocations();
    const rpc = new RpcClient(bus);
    const directory = new RedisThenRpcKeys(redis, rpc, revocations, clock);
    const sources = [new RpcRevocations(rpc), new RedisRevocations(redis, revokedKeys)];
    const { keptMs } = revokedKeys;
    return {
      clock,
      revocations,
      directory,
      poll: new RevocationPoll({ what: 'tests', revocations, sources, keptMs, clock, logger }),
    };
  };
  const writeList = (ttlMs = REVOKED_AS_OF_TTL_MS) =>
    redis.client
      .multi()
      .zadd(REVOKED_KEYS, START, LOOKUP, '+inf', REVOKED_KEYS_WHOLE)
      .set(revokedKeys.asOf, START, 'PX', ttlMs)
      .exec();

  it('trusts Redis while the list of revocations is fresh, and asks accounts otherwise', async () => {
    const { clock, revocations, directory } = setUp();
    await redis.client.set(keyRecordKey(LOOKUP), JSON.stringify(aRecord({ id: 'of Redis' })));
    answer = aRecord({ id: 'of accounts' });

    expect(await directory.find(LOOKUP)).toMatchObject({ id: 'of accounts' });
    revocations.confirm(clock.at);
    expect(await directory.find(LOOKUP)).toMatchObject({ id: 'of Redis' });
    clock.at += FRESH_MS + 1;
    expect(await directory.find(LOOKUP)).toMatchObject({ id: 'of accounts' });
    expect(await directory.find('ffffffffffff')).toMatchObject({ id: 'of accounts' });
  });

  it('receives revocations from accounts and from Redis', async () => {
    const { clock, revocations, poll } = setUp();
    revoked = ['aaaaaaaaaaaa'];
    await writeList();

    await poll.poll();

    expect(revocations.has('aaaaaaaaaaaa')).toBe(true);
    expect(revocations.has(LOOKUP)).toBe(true);
    expect(revocations.has(REVOKED_KEYS_WHOLE)).toBe(false);
    expect(revocations.currentAt).toBe(clock.at);
  });

  it('knows without NATS the age of the list in Redis, and does not trust a list that was lost and begun again', async () => {
    const { clock, revocations, directory, poll } = setUp();
    await servers.nats.kill9();
    try {
      while (bus.connected) await sleep(10);
      await redis.client.zadd(REVOKED_KEYS, START, LOOKUP);
      await redis.client.set(revokedKeys.asOf, START, 'PX', REVOKED_AS_OF_TTL_MS);
      await poll.poll();
      expect(revocations.has(LOOKUP)).toBe(true);
      expect(revocations.isFresh(clock.at)).toBe(false);
      await redis.client.set(keyRecordKey('bbbbbbbbbbbb'), JSON.stringify(aRecord()));
      await expect(directory.find('bbbbbbbbbbbb')).rejects.toMatchObject({ code: 'bus_unavailable' });

      await writeList(6_000);
      await poll.poll();
      expect(revocations.currentAt).toBeLessThanOrEqual(clock.at - (REVOKED_AS_OF_TTL_MS - 6_000));
      expect(await directory.find('bbbbbbbbbbbb')).toMatchObject({ lookup_id: LOOKUP });
      await expect(directory.find('ffffffffffff')).rejects.toMatchObject({ code: 'bus_unavailable' });
    } finally {
      await servers.nats.restart();
    }
  });
});
