import { formatEpoch, parseEpoch, type Fact, type Origin, type ScopeVersion, rulesetKey } from '#libs/contracts';
import { createLogger } from '#libs/observability';
import { Database } from '#libs/postgres';
import { RedisConnection } from '#libs/redis';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { GuardEpoch } from '../../src/application/rulesets/guard-epoch.js';
import { RulesetCache } from '../../src/cache/ruleset-cache.js';
import { RedisRulesets } from '../../src/cache/redis-rulesets.js';
import { ReportVersions } from '../../src/application/rulesets/report-versions.js';
import { composeCore } from '../../src/composition.js';
import type { PostgresEpochs } from '../../src/db/rulesets/epoch.store.js';
import { UuidV7Ids } from '#libs/crypto';
import { answers, ROLE_SECRET } from '#libs/testing';
import { flagsWorld, type Delta, type World } from '../world.js';

const log = createLogger({ service: 'test', level: 'silent' });
let servers: PrivateServers;
let redis: RedisConnection;
let world: World;
let cache: RulesetCache;
let guard: GuardEpoch;
let other: Database;
let otherEpochs: PostgresEpochs;
let report: ReportVersions;

beforeAll(async () => {
  [servers, world] = await Promise.all([privateServers(), flagsWorld()]);
  redis = new RedisConnection(servers.redisUrl, 'flags-test', log);
  await answers(redis);
  cache = new RulesetCache(new RedisRulesets(redis), world.rulesets, world.epochs, world.clock, log);
  guard = new GuardEpoch(world.epochs, world.rulesets, cache, world.clock);
  other = new Database({ service: 'flags', url: world.url, roleSecret: ROLE_SECRET });
  report = new ReportVersions(world.epochs);
  otherEpochs = epochsOf(other);
});
beforeEach(() => {
  world.alarm.raised.length = 0;
});
afterAll(async () => {
  redis?.close();
  await other?.close();
  await Promise.all([world?.stop(), servers?.stop()]);
});

const epochsOf = (database: Database) =>
  composeCore({ database, clock: world.clock, ids: new UuidV7Ids(), alarm: world.alarm }).epochs;
const write = (org: Origin, key: string) => world.createFlag.execute({ key, name: key, type: 'boolean' }, org);
const standing = async ({ scope }: Origin): Promise<ScopeVersion> => (await world.rulesets.versions([scope]))[0]!;
/** Removes the last commits of an organization, as a failover to a lagging replica does. */
const lose = (org: Origin, commits: number) =>
  world.sql('update counter set version = version - $2 where scope = $1', [org.scope, commits]);
const audited = async (): Promise<Fact<Record<string, unknown>>[]> => {
  const sql = `with taken as (delete from outbox where subject = 'audit.recorded.platform' returning payload) select payload from taken`;
  return (await world.sql<{ payload: string }>(sql)).map(
    ({ payload }) => JSON.parse(payload) as Fact<Record<string, unknown>>,
  );
};
const inRedis = (org: Origin) => redis.client.hmget(rulesetKey(org.scope), '@epoch', '@version');

describe('a database that lost commits', () => {
  it('begins one new epoch, later than all others, when several processes report the loss at once', async () => {
    const org = await world.organization('dev');
    await write(org, 'kept');
    await write(org, 'lost');
    const held = await standing(org);
    await lose(org, 1);
    await audited();

    const epochs = await Promise.all([report.execute({ held: [held] }), otherEpochs.renewIfBehind([held])]);
    const again = await report.execute({ held: [held] });

    const now = await standing(org);
    expect(now).toMatchObject({ epoch: again.epoch, version: 2 });
    expect(parseEpoch(now.epoch)).toBeGreaterThan(parseEpoch(held.epoch));
    expect(epochs).toEqual([{ epoch: now.epoch }, now.epoch]);
    expect(world.alarm.raised).toMatchObject([{ reason: 'commits_lost', previous: held.epoch, lost: [held] }]);
    expect(await audited()).toMatchObject([
      { data: { event: 'EpochStarted', severity: 'critical', metadata: { reason: 'commits_lost', lost: [held] } } },
    ]);
  });

  it('stays in its epoch after reports of versions that it has, of none, and of an epoch too far in the future', async () => {
    const org = await world.organization('dev');
    const own = await standing(org);

    const { epoch } = await report.execute({ held: [own, { ...own, epoch: 'zzzzzzzzz' }] });

    expect([epoch, (await report.execute({ held: [] })).epoch]).toEqual([own.epoch, own.epoch]);
    expect(world.alarm.raised).toEqual([]);
  });

  it('begins an epoch later than one that began after the backup was made', async () => {
    const org = await world.organization('dev');
    const own = await standing(org);
    const held = { ...own, epoch: formatEpoch(parseEpoch(own.epoch) + 5_000), version: 1 };

    const { epoch } = await report.execute({ held: [held] });

    expect(epoch > held.epoch).toBe(true);
  });

  it('is detected by the relay and by comparison without any evaluator; Redis then equals the database', async () => {
    for (const find of ['relay', 'compare'] as const) {
      const org = await world.organization('dev');
      await write(org, 'kept');
      await write(org, 'lost');
      await cache.refresh(org.scope);
      const [previous] = await inRedis(org);
      await lose(org, 2);
      await world.sql('delete from flag where key = $1', ['lost']);
      await world.facts(org);
      await write(org, 'other');
      const delta = (await world.facts(org)).find(({ type }) => type === 'ruleset.changed')!;

      if (find === 'relay') await cache.beforePublish({ type: delta.type, payload: JSON.stringify(delta) });
      world.clock.advance(61_000);
      await guard.execute();
      await guard.execute();

      const now = await standing(org);
      expect(now.epoch > previous!).toBe(true);
      expect(await inRedis(org)).toEqual([now.epoch, String(now.version)]);
      expect(await redis.client.hkeys(rulesetKey(org.scope))).not.toContain('flag:lost');
    }
    expect(world.alarm.raised.map(({ reason }) => reason)).toEqual(['commits_lost', 'commits_lost']);
  });
});

describe('a database that was replaced', () => {
  /** The state after a promotion, a point-in-time recovery or a restore from a dump. */
  const move = () => world.sql(`update epoch set birth = 'elsewhere'`);

  it('begins a new epoch before its first write, which belongs to it', async () => {
    const org = await world.organization('dev');
    const before = await standing(org);
    await move();

    const [one, two] = await Promise.all([write(org, 'first'), write(org, 'second')]);

    const after = await standing(org);
    expect(after).toMatchObject({ version: before.version + 2 });
    expect(after.epoch > before.epoch).toBe(true);
    expect([one, two].map(({ ruleset_version }) => ruleset_version.split('.')[0])).toEqual([after.epoch, after.epoch]);
    expect(world.alarm.raised).toMatchObject([{ reason: 'database_moved', previous: before.epoch }]);
    expect((await world.facts(org)).filter(({ type }) => type === 'ruleset.changed')).toHaveLength(2);
  });

  it('is detected within a second without a write', async () => {
    const org = await world.organization('dev');
    const before = await standing(org);
    await move();

    await guard.execute();
    await guard.execute();

    expect((await standing(org)).epoch > before.epoch).toBe(true);
    expect(world.alarm.raised).toHaveLength(1);
  });

  it('keeps its epoch when a process restarts, and on a server that does not identify itself', async () => {
    expect(await otherEpochs.renewIfMoved()).toBe(await world.epochs.renewIfMoved());
    await world.sql('update epoch set birth = null');
    await world.epochs.renewIfMoved();
    expect(world.alarm.raised).toEqual([]);
    await epochsOf(other).ensure();
    const [row] = await world.sql<{ birth: string }>('select birth from epoch');
    expect(row!.birth).toMatch(/^\d+-[0-9A-F]{8}-\d+$/);
  });
});

it('publishes no version twice, and none of an ended epoch, with concurrent writers when a new one begins', async () => {
  const org = await world.organization('dev');
  const writer = async (name: string) => {
    for (let n = 0; n < 15; n += 1) await write(org, `${name}.n${n}`);
  };
  const renewer = async () => {
    for (let n = 0; n < 5; n += 1) await otherEpochs.renew();
  };

  await Promise.all([writer('a'), writer('b'), writer('c'), renewer()]);

  const deltas = (await world.facts(org))
    .filter(({ type }) => type === 'ruleset.changed')
    .map(({ data }) => data as unknown as Delta);
  expect(deltas.map(({ version }) => version)).toEqual(Array.from({ length: 45 }, (_, n) => n + 2));
  expect(deltas.map(({ epoch }) => epoch)).toEqual(deltas.map(({ epoch }) => epoch).toSorted());
  expect(deltas.at(-1)!.epoch <= (await standing(org)).epoch).toBe(true);
});

it('writes every ruleset to a Redis that was emptied while it ran, within a second', async () => {
  const org = await world.organization('dev');
  await guard.execute();
  await redis.client.flushall();
  world.clock.advance(1_000);

  await guard.execute();

  const now = await standing(org);
  expect(await inRedis(org)).toEqual([now.epoch, String(now.version)]);
});

it('writes every ruleset to a Redis that came back empty', async () => {
  const org = await world.organization('dev');
  await guard.execute();
  await servers.redis.kill9();
  await servers.redis.restart();
  await answers(redis);
  await redis.client.flushall();
  world.clock.advance(1_001);

  await guard.execute();

  const now = await standing(org);
  expect(await inRedis(org)).toEqual([now.epoch, String(now.version)]);
});
