import fc from 'fast-check';
import { createLogger } from '#libs/observability';
import {
  formatEpoch,
  type KillSwitchDocument,
  type Origin,
  type RulesetDocument,
  announcedKey,
  deltasKey,
  rulesetKey,
} from '#libs/contracts';
import { RedisConnection } from '#libs/redis';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { uuidv7 } from 'uuidv7';
import { RulesetCache } from '../../src/cache/ruleset-cache.js';
import { RedisRulesets, type Delta } from '../../src/cache/redis-rulesets.js';
import { answers, FixedClock } from '#libs/testing';
import { AN_EPOCH, flagsWorld, type World } from '../world.js';

let servers: PrivateServers;
let redis: RedisConnection;
let store: RedisRulesets;
let world: World;
const log = createLogger({ service: 'test', level: 'silent' });

beforeAll(async () => {
  [servers, world] = await Promise.all([privateServers(), flagsWorld()]);
  redis = new RedisConnection(servers.redisUrl, 'flags-test', log);
  await answers(redis);
  store = new RedisRulesets(redis);
});
afterAll(async () => {
  redis.close();
  await Promise.all([world.stop(), servers.stop()]);
});

const LATER = formatEpoch(Date.parse('2026-03-02T00:00:00.000Z'));
const aSwitch = (key: string, version = 1): KillSwitchDocument => ({
  kind: 'kill_switch', id: key, key, linked_flag_keys: [], is_active: false, version,
}); // prettier-ignore
const aDelta = (scope: string, version: number, given: Partial<Delta> = {}): Delta => ({
  scope,
  version,
  epoch: AN_EPOCH,
  changes: [{ ref: `kill_switch:v${version}`, document: aSwitch(`v${version}`) }],
  ...given,
});

/** The ruleset as a reader finds it. */
async function held(scope: string): Promise<{ standing: string; documents: Record<string, RulesetDocument> }> {
  const { '@epoch': epoch, '@version': version, ...texts } = await redis.client.hgetall(rulesetKey(scope));
  const documents = Object.fromEntries(
    Object.entries(texts).map(([ref, text]) => [ref, JSON.parse(text) as RulesetDocument]),
  );
  return { standing: `${epoch}.${version}`, documents };
}

describe('the time of an announcement', () => {
  const announced = (scope: string) => redis.client.get(announcedKey(scope));
  const aSnapshot = (scope: string, version: number) => ({ scope, epoch: AN_EPOCH, version, documents: [] });

  it('is the time of the newest delta, or of the snapshot that closes a gap', async () => {
    const scope = uuidv7();
    await store.apply(aDelta(scope, 1));
    expect((await announced(scope))!.split(' ')).toEqual([AN_EPOCH, '1', expect.stringMatching(/^\d{13}$/)]);

    await store.replace(aSnapshot(scope, 7));
    expect((await announced(scope))!.split(' ').slice(0, 2)).toEqual([AN_EPOCH, '7']);
    expect(await redis.client.ttl(announcedKey(scope))).toBeGreaterThan(0);
  });

  it('is unknown for a ruleset that was missing in Redis', async () => {
    const scope = uuidv7();
    await store.replace(aSnapshot(scope, 7));

    expect(await announced(scope)).toBeNull();
  });
});

describe('a delta', () => {
  it('is applied when it is the next one, and removes the documents of tombstones', async () => {
    const scope = uuidv7();
    const gone = { changes: [{ ref: 'kill_switch:v1' as const, document: null }] };

    const outcomes = [await store.apply(aDelta(scope, 1)), await store.apply(aDelta(scope, 2))];
    outcomes.push(await store.apply(aDelta(scope, 3, gone)));

    expect(outcomes).toEqual(['applied', 'applied', 'applied']);
    expect(await held(scope)).toEqual({ standing: `${AN_EPOCH}.3`, documents: { 'kill_switch:v2': aSwitch('v2') } });
  });

  it('is refused when it is not newer, also when it is of an earlier epoch', async () => {
    const scope = uuidv7();
    await store.apply(aDelta(scope, 1, { epoch: LATER }));
    const before = await held(scope);

    const outcomes = [
      await store.apply(aDelta(scope, 1, { epoch: LATER })),
      await store.apply(aDelta(scope, 2, { epoch: AN_EPOCH })),
    ];

    expect(outcomes).toEqual(['older', 'older']);
    expect(await held(scope)).toEqual(before);
  });

  it('after a missing version is a gap, and so is one of a later epoch, or a later one into an empty Redis', async () => {
    const [scope, empty] = [uuidv7(), uuidv7()];
    await store.apply(aDelta(scope, 1));

    const outcomes = [
      await store.apply(aDelta(scope, 3)),
      await store.apply(aDelta(scope, 2, { epoch: LATER })),
      await store.apply(aDelta(empty, 2)),
    ];

    expect(outcomes).toEqual(['gap', 'gap', 'gap']);
    expect((await held(scope)).standing).toBe(`${AN_EPOCH}.1`);
    expect(await redis.client.exists(rulesetKey(empty))).toBe(0);
  });
});

describe('the journal of deltas', () => {
  interface Entry {
    readonly epoch: string;
    readonly version: number;
    readonly changes: readonly { ref: string; before: unknown; document: unknown }[];
  }
  const journal = async (scope: string): Promise<readonly Entry[]> => {
    const { '@first': first, '@last': last, ...texts } = await redis.client.hgetall(deltasKey(scope));
    const entries = Object.entries(texts).filter(([field]) => !field.startsWith('@'));
    const read = entries.map(([, text]) => JSON.parse(text) as Entry).toSorted((a, b) => a.version - b.version);
    if (read.length > 0) expect([read[0]!.version, read.at(-1)!.version]).toEqual([Number(first), Number(last)]);
    return read;
  };

  it('holds each change with the document before it, and expires some hours after the last one', async () => {
    const scope = uuidv7();
    const ref = 'kill_switch:a' as const;
    const odd = { ...aSwitch('a', 2), linked_flag_keys: ['é "quoted" \\ /'] };
    await store.apply(aDelta(scope, 1, { changes: [{ ref, document: aSwitch('a') }] }));
    await store.apply(aDelta(scope, 2, { changes: [{ ref, document: odd }] }));
    await store.apply(aDelta(scope, 3, { changes: [{ ref, document: null }] }));

    expect(await journal(scope)).toEqual([
      { epoch: AN_EPOCH, version: 1, changes: [{ ref, before: null, document: aSwitch('a') }] },
      { epoch: AN_EPOCH, version: 2, changes: [{ ref, before: aSwitch('a'), document: odd }] },
      { epoch: AN_EPOCH, version: 3, changes: [{ ref, before: odd, document: null }] },
    ]);
    expect(await redis.client.ttl(deltasKey(scope))).toBeGreaterThan(3_600);
  });

  it('has no entry of a refused delta, and starts again after a replacement', async () => {
    const scope = uuidv7();
    await store.apply(aDelta(scope, 1));
    await store.apply(aDelta(scope, 1));
    await store.apply(aDelta(scope, 5));
    expect(await journal(scope)).toHaveLength(1);

    await store.replace({ scope, epoch: AN_EPOCH, version: 5, documents: [] });
    expect(await journal(scope)).toEqual([]);
    await store.apply(aDelta(scope, 6));
    expect(await journal(scope)).toMatchObject([{ version: 6 }]);
  });

  it('keeps the last 1,000 versions, and fewer of large documents', async () => {
    const [many, large] = [uuidv7(), uuidv7()];
    for (let version = 1; version <= 1_003; version += 1) await store.apply(aDelta(many, version));
    // Writes megabytes: the command timeout is raised, since this test is not about time.
    redis.client.options.commandTimeout = 20_000;
    const heavy = { ...aSwitch('a'), linked_flag_keys: ['x'.repeat(1_500_000)] };
    for (let version = 1; version <= 4; version += 1) {
      await store.apply(aDelta(large, version, { changes: [{ ref: `kill_switch:v${version}`, document: heavy }] }));
    }

    expect((await journal(many)).map(({ version }) => version)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 4));
    expect((await journal(large)).map(({ version }) => version)).toEqual([3, 4]);
    const huge = { ...heavy, linked_flag_keys: ['x'.repeat(5_000_000)] };
    expect(await store.apply(aDelta(large, 5, { changes: [{ ref: 'kill_switch:v5', document: huge }] }))).toBe(
      'applied',
    );
    expect(await journal(large)).toEqual([]);
    redis.client.options.commandTimeout = 200;
  });
});

describe('a whole ruleset', () => {
  const documents = [aSwitch('new_a'), aSwitch('new_b')];

  it('replaces a ruleset that is not newer completely, and never expires', async () => {
    const scope = uuidv7();
    await store.apply(aDelta(scope, 1));

    const outcome = await store.replace({ scope, epoch: AN_EPOCH, version: 7, documents });

    expect(outcome).toBe('replaced');
    expect(Object.keys((await held(scope)).documents).toSorted()).toEqual(['kill_switch:new_a', 'kill_switch:new_b']);
    expect(await redis.client.ttl(rulesetKey(scope))).toBe(-1);
    expect(await redis.client.keys(`${rulesetKey(scope)}:staged:*`)).toEqual([]);
  });

  it('is refused when Redis holds a newer one', async () => {
    const scope = uuidv7();
    await store.replace({ scope, epoch: LATER, version: 2, documents });

    const outcomes = [
      await store.replace({ scope, epoch: LATER, version: 1, documents: [] }),
      await store.replace({ scope, epoch: AN_EPOCH, version: 9, documents: [] }),
      await store.replace({ scope, epoch: LATER, version: 3, documents: [] }),
    ];

    expect(outcomes).toEqual(['older', 'older', 'replaced']);
    expect(await held(scope)).toEqual({ standing: `${LATER}.3`, documents: {} });
    expect(await redis.client.keys(`${rulesetKey(scope)}:staged:*`)).toEqual([]);
  });

  it('is written however large it is', async () => {
    const scope = uuidv7();
    const many = Array.from({ length: 3_000 }, (_, n) => ({
      ...aSwitch(`s${n}`),
      linked_flag_keys: ['k'.repeat(500)],
    }));

    await store.replace({ scope, epoch: AN_EPOCH, version: 1, documents: many });

    expect(await redis.client.hlen(rulesetKey(scope))).toBe(3_002);
  });
});

describe('the cache before the relay publishes', () => {
  const beforePublish = async (cache: RulesetCache, org: Origin, skip: (n: number) => boolean = () => false) => {
    for (const [n, fact] of (await world.facts(org)).entries()) {
      if (!skip(n)) await cache.beforePublish({ type: fact.type, payload: JSON.stringify(fact) });
    }
  };
  const newCache = (clock = new FixedClock()): RulesetCache =>
    new RulesetCache(store, world.rulesets, world.epochs, clock, log);

  it('closes a gap from Postgres', async () => {
    const org = await world.organization('dev');
    for (const key of ['aaa', 'bbb', 'ccc']) {
      await world.createFlag.execute({ key, name: key, type: 'boolean' }, org);
    }

    await beforePublish(newCache(), org);

    const { standing, documents } = await held(org.scope);
    expect(standing).toBe(`${AN_EPOCH}.4`);
    expect(
      Object.keys(documents)
        .filter((ref) => ref.startsWith('flag:'))
        .toSorted(),
    ).toEqual(['flag:aaa', 'flag:bbb', 'flag:ccc']);
  });

  it('returns without Redis, pauses for a second, and then closes the gap', async () => {
    const org = await world.organization('dev');
    const clock = new FixedClock();
    const cache = newCache(clock);
    const write = (key: string) => world.createFlag.execute({ key, name: key, type: 'boolean' }, org);
    await cache.refresh(org.scope);

    servers.redis.freeze();
    await write('while.away');
    await beforePublish(cache, org);
    servers.redis.thaw();
    await write('too.early');
    await beforePublish(cache, org);
    const early = await held(org.scope);
    clock.advance(1_001);
    await write('later');
    await beforePublish(cache, org);

    expect(early.documents).not.toHaveProperty(['flag:too.early']);
    const { standing, documents } = await held(org.scope);
    expect(standing).toBe(`${AN_EPOCH}.4`);
    expect(documents).toMatchObject({ 'flag:while.away': {}, 'flag:too.early': {}, 'flag:later': {} });
  });

  it('makes Redis equal to Postgres after any changes, whichever deltas are lost', async () => {
    const key = fc.constantFrom('aaa', 'bbb', 'ccc');
    const operation = fc.oneof(
      fc.record({ do: fc.constant('create' as const), key }),
      fc.record({ do: fc.constant('edit' as const), key, text: fc.string({ maxLength: 5, unit: 'grapheme-ascii' }) }),
      fc.record({ do: fc.constant('configure' as const), key, percentage: fc.integer({ min: 0, max: 100 }) }),
      fc.record({ do: fc.constantFrom('archive' as const, 'restore' as const), key }),
      fc.record({ do: fc.constantFrom('switch' as const, 'delete_switch' as const), key }),
    );
    type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never;
    const run = (org: Origin, step: Operation): Promise<unknown> => {
      const { key } = step;
      switch (step.do) {
        case 'create':
          return world.createFlag.execute({ key, name: key, type: 'boolean' }, org);
        case 'edit':
          return world.updateFlag.execute({ key, patch: { description: step.text } }, org);
        case 'configure':
          return world.updateConfig.execute(
            { key, environment: 'dev', patch: { rules: [{ id: 'r', conditions: [], percentage: step.percentage }] } },
            org,
          );
        case 'archive':
          return world.archiveFlag.execute({ key }, org);
        case 'restore':
          return world.restoreFlag.execute({ key }, org);
        case 'switch':
          return world.createKillSwitch.execute({ key, name: key, linked_flag_keys: [] }, org);
        case 'delete_switch':
          return world.deleteKillSwitch.execute({ key }, org);
      }
    };
    const losses = fc.array(fc.boolean(), { minLength: 30, maxLength: 30 });
    const property = fc.asyncProperty(
      fc.array(operation, { minLength: 3, maxLength: 20 }),
      losses,
      async (steps, lost) => {
        const org = await world.organization('dev');
        const cache = newCache();
        for (const [n, step] of steps.entries()) {
          await run(org, step).catch(() => undefined);
          await beforePublish(cache, org, () => lost[n]!);
        }
        await world.createFlag.execute({ key: 'last', name: 'last', type: 'boolean' }, org);
        await beforePublish(cache, org);

        const truth = await world.rulesets.snapshot(org.scope);
        const { standing, documents } = await held(org.scope);
        expect(standing).toBe(`${truth.epoch}.${truth.version}`);
        const refOf = (d: RulesetDocument): string => `${d.kind}:${'key' in d ? d.key : d.id}`;
        expect(documents).toEqual(
          Object.fromEntries(truth.documents.map((d) => [refOf(d), JSON.parse(JSON.stringify(d))])),
        );
      },
    );
    await fc.assert(property, { numRuns: 15 });
  });
});
