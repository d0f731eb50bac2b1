import {
  FlagArchivedV1,
  FlagCreatedV1,
  parseVersion,
  PLATFORM,
  type Fact,
  type Origin,
  type Rule,
} from '#libs/contracts';
import type { FixedClock } from '#libs/testing';
import { uuidv7 } from 'uuidv7';
import type { Change, UnitOfWork } from '../src/application/ports/unit-of-work.js';
import { environmentDocument, flagDocument, strategyDocument } from '../src/domain/documents.js';
import { archiveFlag, editFlag, newFlag, type Flag } from '../src/domain/flags/flag.js';
import { firstConfig } from '../src/domain/flags/flag-config.js';
import { newKillSwitch } from '../src/domain/kill-switches/kill-switch.js';
import { newSegment } from '../src/domain/targeting/segment.js';
import { newStrategy } from '../src/domain/targeting/strategy.js';
import { anAdmin, anEnvironment, anEnvironmentFact, deltaOf, refused } from './given.js';

export interface ContractSubject {
  readonly uow: UnitOfWork;
  readonly clock: FixedClock;
  /** Removes the queued facts of the origin's scope, and returns them in order. */
  facts(origin: Origin): Promise<readonly Fact<Record<string, unknown>>[]>;
  stop(): Promise<void>;
}

const AT = new Date('2026-03-01T10:00:00.000Z');
const MINUTE_MS = 60_000;
const inSegment = (segment: string) => ({ segment, operator: 'in' }) as const;
const birth = (scope: string) => ({ id: uuidv7(), scope, at: AT });
const aFlag = (scope: string, key: string, draft: Partial<Parameters<typeof newFlag>[0]> = {}) =>
  newFlag({ key, name: key, type: 'boolean', ...draft }, birth(scope));
const aKillSwitch = (scope: string, key: string) =>
  newKillSwitch({ key, name: key, linked_flag_keys: [] }, birth(scope));
const aSegment = (scope: string, key: string, uses?: string) =>
  newSegment({ key, name: key, conditions: uses === undefined ? null : inSegment(uses) }, birth(scope));
const aStrategy = (scope: string, segment?: string) =>
  newStrategy({ name: 'beta', conditions: segment === undefined ? [] : inSegment(segment) }, birth(scope));
const edited = <T extends { readonly version: number }>(object: T): T => ({ ...object, version: object.version + 1 });
const requiring = (flag_key: string, required_variant = 'on') => [{ flag_key, required_variant }];
const thePlatform = (): Origin => anAdmin(PLATFORM);
/** A document of its own, so that a change leaves something behind. */
const keep = (tx: Change): void => tx.ruleset.put(environmentDocument({ id: uuidv7(), name: 'any', version: 1 }));

/** What every unit of work does. Run for the one in memory and for Postgres. */
export function unitOfWorkContract(start: () => Promise<ContractSubject>): void {
  let subject: ContractSubject;
  beforeAll(async () => {
    subject = await start();
  });
  afterAll(() => subject.stop());

  /** A change that is kept, whatever the work does. */
  const change = async <T>(origin: Origin, work: (tx: Change) => Promise<T>): Promise<T> => {
    const { resource } = await subject.uow.change(origin, async (tx) => {
      keep(tx);
      return work(tx);
    });
    return resource;
  };
  const insertFlag = (origin: Origin, flag: Flag) => change(origin, (tx) => tx.flags.insert(flag));
  const findFlag = (origin: Origin, key: string) => subject.uow.read(origin.scope, ({ flags }) => flags.find(key));
  const versionAfter = async (origin: Origin) =>
    parseVersion((await subject.uow.change(origin, async (tx) => keep(tx))).ruleset_version)!;

  describe('versions', () => {
    it('count the changes of each organization, beginning with 1', async () => {
      const [one, other] = [anAdmin(), anAdmin()];

      const versions = [await versionAfter(one), await versionAfter(one), await versionAfter(other)];

      expect(versions.map(({ org }) => org)).toEqual([1, 2, 1]);
      expect(new Set(versions.map(({ epoch }) => epoch)).size).toBe(1);
    });

    it('carry the version of the platform, which has none of an organization', async () => {
      const platform = await versionAfter(thePlatform());

      expect(platform.org).toBe(0);
      expect(platform.platform).toBeGreaterThan(0);
      expect(await versionAfter(anAdmin())).toEqual({ ...platform, org: 1 });
    });

    it('of concurrent changes follow each other without a gap', async () => {
      const org = anAdmin();

      const versions = await Promise.all(Array.from({ length: 8 }, () => versionAfter(org)));

      expect(versions.map((version) => version.org).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    it('are not used up by a change without a document, which leaves nothing behind', async () => {
      const org = anAdmin();
      await versionAfter(org);
      await subject.facts(org);

      const { ruleset_version, resource } = await subject.uow.change(org, async (tx) => {
        await tx.flags.insert(aFlag(org.scope, 'checkout'));
        tx.facts.add((version) => FlagArchivedV1.of(org, { flag_key: 'checkout', version }));
        return 'the result';
      });

      expect(resource).toBe('the result');
      expect(parseVersion(ruleset_version)!.org).toBe(1);
      expect(await subject.facts(org)).toEqual([]);
      expect(await findFlag(org, 'checkout')).toBeUndefined();
    });

    it('are not used up by work that throws, which leaves nothing behind', async () => {
      const org = anAdmin();

      const failing = change(org, async (tx) => {
        await tx.flags.insert(aFlag(org.scope, 'checkout'));
        throw new Error('broken');
      });

      await expect(failing).rejects.toThrow('broken');
      expect(await subject.facts(org)).toEqual([]);
      expect(await findFlag(org, 'checkout')).toBeUndefined();
      expect((await versionAfter(org)).org).toBe(1);
    });
  });

  describe('a version conflict', () => {
    it('refuses to save a flag that is not exactly one version ahead', async () => {
      const org = anAdmin();
      const flag = aFlag(org.scope, 'checkout');
      await insertFlag(org, flag);

      await refused(
        change(org, (tx) => tx.flags.save(flag)),
        'version_conflict',
      );
      await refused(
        change(org, (tx) => tx.flags.save(edited(edited(flag)))),
        'version_conflict',
      );
      await change(org, (tx) => tx.flags.save(editFlag(flag, { name: 'Checkout' }, AT)));

      expect(await findFlag(org, 'checkout')).toEqual({ ...flag, name: 'Checkout', version: 2, updatedAt: AT });
    });

    it('refuses to remove a flag of another version', async () => {
      const org = anAdmin();
      const flag = aFlag(org.scope, 'checkout');
      await insertFlag(org, flag);

      await refused(
        change(org, (tx) => tx.flags.remove(edited(flag))),
        'version_conflict',
      );
      await change(org, (tx) => tx.flags.remove(flag));

      expect(await findFlag(org, 'checkout')).toBeUndefined();
    });

    it('refuses to save a config that is not exactly one version ahead', async () => {
      const org = anAdmin();
      const flag = aFlag(org.scope, 'checkout');
      const config = firstConfig(flag.id, uuidv7(), 'u', AT);
      await insertFlag(org, flag);
      await change(org, (tx) => tx.configs.save([config]));

      await refused(
        change(org, (tx) => tx.configs.save([config])),
        'version_conflict',
      );
      await change(org, (tx) => tx.configs.save([{ ...edited(config), enabled: true }]));

      const stored = await subject.uow.read(org.scope, ({ configs }) => configs.ofFlag(flag.id));
      expect(stored).toEqual([{ ...config, enabled: true, version: 2 }]);
    });

    it('refuses to save or remove kill switches, segments and strategies that changed or were removed', async () => {
      const org = anAdmin();
      const { scope } = org;
      const [killSwitch, segment, strategy] = [aKillSwitch(scope, 'stop'), aSegment(scope, 'beta'), aStrategy(scope)];
      await change(org, async (tx) => {
        await tx.killSwitches.insert(killSwitch);
        await tx.segments.insert(segment);
        await tx.strategies.insert(strategy);
      });

      await refused(
        change(org, (tx) => tx.killSwitches.save(killSwitch)),
        'version_conflict',
      );
      await refused(
        change(org, (tx) => tx.segments.save(segment)),
        'version_conflict',
      );
      await refused(
        change(org, (tx) => tx.strategies.save(strategy)),
        'version_conflict',
      );
      await change(org, async (tx) => {
        await tx.killSwitches.save(edited(killSwitch));
        await tx.segments.remove(segment, AT);
        await tx.strategies.remove(strategy, AT);
      });
      await refused(
        change(org, (tx) => tx.segments.remove(segment, AT)),
        'version_conflict',
      );
      await refused(
        change(org, (tx) => tx.strategies.save(edited(strategy))),
        'version_conflict',
      );
    });
  });

  describe('facts', () => {
    it('are queued as delta, facts in their order, audit entry, all with the version of the change', async () => {
      const org = anAdmin();
      await versionAfter(org);
      await subject.facts(org);

      await change(org, async (tx) => {
        tx.audit({ event: 'FlagCreated', action: 'insert', resourceType: 'flag', resourceId: 'f1' });
        tx.facts.add((version) =>
          FlagCreatedV1.of(org, { flag_key: 'checkout', version, type: 'boolean', name: 'Checkout' }),
        );
        tx.facts.add((version) => FlagArchivedV1.of(org, { flag_key: 'checkout', version }));
      });

      const facts = await subject.facts(org);
      expect(facts.map(({ type }) => type)).toEqual([
        'ruleset.changed',
        'flag.created',
        'flag.archived',
        'audit.recorded',
      ]);
      expect(facts.slice(0, 3).map(({ data }) => data['version'])).toEqual([2, 2, 2]);
      expect(facts[3]).toMatchObject({
        org_id: org.scope,
        actor: org.actor,
        data: { event: 'FlagCreated', request_id: org.request_id },
        metadata: { source: 'flags' },
      });
    });

    it('have one change per document in the delta, the last one, and null for a removed document', async () => {
      const org = anAdmin();
      const document = environmentDocument({ id: uuidv7(), name: 'dev', version: 1 });
      const gone = uuidv7();

      await subject.uow.change(org, async (tx) => {
        tx.ruleset.put(document);
        tx.ruleset.put({ ...document, version: 2 });
        tx.ruleset.remove(`environment:${gone}`);
      });

      expect(deltaOf(await subject.facts(org)).changes).toEqual([
        { ref: `environment:${document.id}`, document: { ...document, version: 2 } },
        { ref: `environment:${gone}`, document: null },
      ]);
    });

    it('have at most one audit entry per change', async () => {
      const org = anAdmin();
      const entry = { event: 'FlagUpdated', action: 'update', resourceType: 'flag', resourceId: 'f1' };

      const twice = change(org, async (tx) => {
        tx.audit(entry);
        tx.audit(entry);
      });

      await expect(twice).rejects.toThrow('at most one audit entry');
    });

    it('refuse a flag that is too large for evaluators', async () => {
      const org = anAdmin();
      const value = 'x'.repeat(60_000);
      const variants = Array.from({ length: 10 }, (_, n) => ({ name: `v${n}`, value, weight: 1 }));
      const flag = aFlag(org.scope, 'huge', { type: 'string', variants, default_variant: 'v0' });

      await refused(
        change(org, async (tx) => tx.ruleset.put(flagDocument(flag, []))),
        'too_large',
      );
    });
  });

  describe('a key', () => {
    it('belongs to one flag, one kill switch and one segment of a scope', async () => {
      const org = anAdmin();
      const { scope } = org;
      await change(org, async (tx) => {
        await tx.flags.insert(aFlag(scope, 'taken'));
        await tx.killSwitches.insert(aKillSwitch(scope, 'taken'));
        await tx.segments.insert(aSegment(scope, 'taken'));
      });

      await refused(insertFlag(org, aFlag(scope, 'taken')), 'already_exists');
      await refused(
        change(org, (tx) => tx.killSwitches.insert(aKillSwitch(scope, 'taken'))),
        'already_exists',
      );
      await refused(
        change(org, (tx) => tx.segments.insert(aSegment(scope, 'taken'))),
        'already_exists',
      );
    });

    it('may be used by every organization and by the platform', async () => {
      const [one, other, platform] = [anAdmin(), anAdmin(), thePlatform()];
      const key = `shared_${uuidv7().replaceAll('-', '_')}`;

      for (const origin of [one, other, platform]) await insertFlag(origin, aFlag(origin.scope, key));

      expect((await findFlag(one, key))?.scope).toBe(one.scope);
      expect((await findFlag(platform, key))?.scope).toBe(PLATFORM);
    });

    it('is free again after its object was removed', async () => {
      const org = anAdmin();
      const { scope } = org;
      const [flag, killSwitch, segment] = [aFlag(scope, 'key'), aKillSwitch(scope, 'key'), aSegment(scope, 'key')];
      await change(org, async (tx) => {
        await tx.flags.insert(flag);
        await tx.killSwitches.insert(killSwitch);
        await tx.segments.insert(segment);
      });

      await change(org, async (tx) => {
        await tx.flags.remove(flag);
        await tx.killSwitches.remove(killSwitch, AT);
        await tx.segments.remove(segment, AT);
        await tx.flags.insert(aFlag(scope, 'key'));
        await tx.killSwitches.insert(aKillSwitch(scope, 'key'));
        await tx.segments.insert(aSegment(scope, 'key'));
      });

      expect((await findFlag(org, 'key'))?.id).not.toBe(flag.id);
    });
  });

  describe('the walls between scopes', () => {
    it('hide the objects of another organization', async () => {
      const [org, stranger] = [anAdmin(), anAdmin()];
      const { scope } = org;
      const strategy = aStrategy(scope);
      const environment = anEnvironment(scope);
      await change(org, async (tx) => {
        await tx.flags.insert(aFlag(scope, 'secret'));
        await tx.killSwitches.insert(aKillSwitch(scope, 'secret'));
        await tx.segments.insert(aSegment(scope, 'secret'));
        await tx.strategies.insert(strategy);
        await tx.environments.save(environment);
      });

      const seen = await change(stranger, async (tx) => [
        await tx.flags.find('secret'),
        await tx.killSwitches.find('secret'),
        await tx.segments.find('secret'),
        await tx.strategies.find(strategy.id),
        await tx.environments.findById(environment.id),
        ...(await tx.environments.list()),
        ...(await tx.segments.inReach(['secret'])),
        ...(await tx.strategies.inReach([strategy.id])),
        ...(await tx.flags.variantsInReach(['secret'])),
      ]);

      expect(seen).toEqual([undefined, undefined, undefined, undefined, undefined]);
    });

    it('let every organization refer to the objects of the platform, which find does not return', async () => {
      const [org, platform] = [anAdmin(), thePlatform()];
      const key = `common_${uuidv7().replaceAll('-', '_')}`;
      const strategy = aStrategy(PLATFORM);
      await change(platform, async (tx) => {
        await tx.flags.insert(aFlag(PLATFORM, key));
        await tx.segments.insert(aSegment(PLATFORM, key));
        await tx.strategies.insert(strategy);
      });

      await change(org, async (tx) => {
        expect([...(await tx.flags.variantsInReach([key]))]).toEqual([[key, ['off', 'on']]]);
        expect([...(await tx.segments.inReach([key, 'unknown']))]).toEqual([key]);
        expect([...(await tx.strategies.inReach([strategy.id, uuidv7()]))]).toEqual([strategy.id]);
        expect(await tx.flags.find(key)).toBeUndefined();
        expect(await tx.segments.find(key)).toBeUndefined();
      });
    });

    it('let a live platform flag hide the flag of an organization with the same key', async () => {
      const [org, platform] = [anAdmin(), thePlatform()];
      const key = `hidden_${uuidv7().replaceAll('-', '_')}`;
      const own = {
        type: 'string',
        variants: [{ name: 'own', value: 'x', weight: 1 }],
        default_variant: 'own',
      } as const;
      const common = aFlag(PLATFORM, key);
      await insertFlag(org, aFlag(org.scope, key, own));
      await insertFlag(platform, common);
      const variants = () => change(org, async (tx) => (await tx.flags.variantsInReach([key])).get(key));

      expect(await variants()).toEqual(['off', 'on']);
      await change(platform, (tx) => tx.flags.save(archiveFlag(common, AT)));
      expect(await variants()).toEqual(['own']);
    });

    it('show the platform, and no other organization, what an organization uses', async () => {
      const [org, stranger, platform] = [anAdmin(), anAdmin(), thePlatform()];
      const { scope } = org;
      const key = `used_${uuidv7().replaceAll('-', '_')}`;
      const strategy = aStrategy(scope, key);
      await change(org, async (tx) => {
        await tx.flags.insert(aFlag(scope, 'user', { prerequisites: requiring(key) }));
        await tx.segments.insert(aSegment(scope, 'user', key));
        await tx.strategies.insert(strategy);
      });
      const uses = (origin: Origin) =>
        change(origin, async (tx) => [
          await tx.flags.dependents(key),
          await tx.segments.using(key),
          await tx.strategies.usingSegment(key),
        ]);

      const found = [[{ scope, key: 'user', requiredVariant: 'on' }], ['user'], [strategy.id]];
      expect(await uses(org)).toEqual(found);
      expect(await uses(platform)).toEqual(found);
      expect(await uses(stranger)).toEqual([[], [], []]);
    });
  });

  describe('removed objects', () => {
    it('are neither found, nor in reach, nor uses of others', async () => {
      const org = anAdmin();
      const { scope } = org;
      const [killSwitch, used, user] = [
        aKillSwitch(scope, 'stop'),
        aSegment(scope, 'used'),
        aSegment(scope, 'user', 'used'),
      ];
      const strategy = aStrategy(scope, 'used');
      await change(org, async (tx) => {
        await tx.killSwitches.insert(killSwitch);
        await tx.segments.insert(used);
        await tx.segments.insert(user);
        await tx.strategies.insert(strategy);
      });

      await change(org, async (tx) => {
        await tx.killSwitches.remove(killSwitch, AT);
        await tx.segments.remove(user, AT);
        await tx.strategies.remove(strategy, AT);
      });

      await change(org, async (tx) => {
        expect(await tx.killSwitches.find('stop')).toBeUndefined();
        expect(await tx.segments.find('user')).toBeUndefined();
        expect(await tx.strategies.find(strategy.id)).toBeUndefined();
        expect([...(await tx.segments.inReach(['used', 'user']))]).toEqual(['used']);
        expect([...(await tx.strategies.inReach([strategy.id]))]).toEqual([]);
        expect(await tx.segments.using('used')).toEqual([]);
        expect(await tx.strategies.usingSegment('used')).toEqual([]);
        expect([...(await tx.segments.graph())]).toEqual([]);
      });
    });

    it('include the configs, the history and the item keys of a removed flag', async () => {
      const org = anAdmin();
      const flag = aFlag(org.scope, 'checkout');
      const draft = { key: 'checkout', name: 'checkout', type: 'boolean' } as const;
      await change(org, async (tx) => {
        await tx.flags.insert(flag);
        await tx.configs.save([firstConfig(flag.id, uuidv7(), 'u', AT)]);
        await tx.itemKeys.remember('item-1', draft, flag);
        tx.history.add({ flagId: flag.id, version: 1, snapshot: {} });
      });

      await change(org, (tx) => tx.flags.remove(flag));

      await change(org, async (tx) => {
        expect(await tx.configs.ofFlag(flag.id)).toEqual([]);
        expect(await tx.history.find(flag.id, 1)).toBeUndefined();
        expect(await tx.itemKeys.replayed(['item-1'])).toEqual([]);
      });
    });

    it('are listed no more when they are environments, but are still known by id', async () => {
      const org = anAdmin();
      const [prod, dev] = [
        anEnvironment(org.scope, { name: 'prod', position: 1 }),
        anEnvironment(org.scope, { name: 'dev', position: 0 }),
      ];
      const gone = anEnvironment(org.scope, { name: 'gone', isDeleted: true });
      await change(org, async (tx) => {
        for (const environment of [prod, dev, gone]) await tx.environments.save(environment);
      });

      await subject.uow.read(org.scope, async ({ environments }) => {
        expect(await environments.list()).toEqual([dev, prod]);
        expect(await environments.findById(gone.id)).toEqual(gone);
      });
    });
  });

  describe('references', () => {
    it('of rules count in live environments alone', async () => {
      const org = anAdmin();
      const flag = aFlag(org.scope, 'checkout');
      const [live, gone] = [anEnvironment(org.scope), anEnvironment(org.scope, { isDeleted: true })];
      const strategy_id = uuidv7();
      const rules: readonly Rule[] = [
        { id: 'r1', strategy_id },
        { id: 'r2', conditions: { all: [{ not: inSegment('beta') }] } },
      ];
      await change(org, async (tx) => {
        await tx.flags.insert(flag);
        for (const environment of [live, gone]) await tx.environments.save(environment);
        await tx.configs.save([live, gone].map(({ id }) => ({ ...firstConfig(flag.id, id, 'u', AT), rules })));
      });

      const found = [{ flagKey: 'checkout', environment: live.id }];
      await subject.uow.read(org.scope, async ({ configs }) => {
        expect(await configs.usingStrategy(strategy_id)).toEqual(found);
        expect(await configs.usingSegment('beta')).toEqual(found);
        expect(await configs.usingSegment('alpha')).toEqual([]);
      });
    });

    it('of flags and segments make a graph of the live ones', async () => {
      const org = anAdmin();
      const { scope } = org;
      await change(org, async (tx) => {
        await tx.flags.insert(aFlag(scope, 'base'));
        await tx.flags.insert(aFlag(scope, 'child', { prerequisites: requiring('base') }));
        await tx.flags.insert(archiveFlag({ ...aFlag(scope, 'old', { prerequisites: requiring('base') }) }, AT));
        await tx.segments.insert(aSegment(scope, 'inner'));
        await tx.segments.insert(aSegment(scope, 'outer', 'inner'));
      });

      await subject.uow.read(scope, async ({ flags, segments }) => {
        expect([...(await flags.prerequisiteGraph())]).toEqual([['child', ['base']]]);
        expect([...(await segments.graph())]).toEqual([['outer', ['inner']]]);
        expect((await flags.dependents('base')).map(({ key }) => key)).toEqual(['child']);
      });
    });
  });

  describe('the history of a flag', () => {
    it('numbers the versions of the flag and of its configs together', async () => {
      const [org, stranger] = [anAdmin(), anAdmin()];
      const flag = aFlag(org.scope, 'checkout');
      const environment = uuidv7();
      await change(org, async (tx) => {
        await tx.flags.insert(flag);
        tx.history.add({ flagId: flag.id, version: 1, snapshot: { name: 'first' } });
      });
      await change(org, async (tx) =>
        tx.history.add({ flagId: flag.id, environment, version: 1, snapshot: { enabled: true } }),
      );
      const find = (origin: Origin, seq: number) => change(origin, (tx) => tx.history.find(flag.id, seq));

      expect(await find(org, 1)).toEqual({ environment: undefined, snapshot: { name: 'first' } });
      expect(await find(org, 2)).toEqual({ environment, snapshot: { enabled: true } });
      expect(await find(org, 3)).toBeUndefined();
      expect(await find(stranger, 1)).toBeUndefined();
    });
  });

  describe('item keys', () => {
    it('belong to one caller of one scope, for 24 hours', async () => {
      const org = anAdmin();
      const flag = aFlag(org.scope, 'checkout');
      const draft = { key: 'checkout', name: 'checkout', type: 'boolean' } as const;
      await change(org, async (tx) => {
        await tx.flags.insert(flag);
        await tx.itemKeys.remember('item-1', draft, flag);
      });
      const replayed = (origin: Origin) => change(origin, (tx) => tx.itemKeys.replayed(['item-1', 'item-2']));

      expect(await replayed(org)).toEqual([{ itemKey: 'item-1', draft }]);
      expect(await replayed(anAdmin(org.scope))).toEqual([]);
      expect(await replayed({ ...anAdmin(), actor: org.actor })).toEqual([]);
      subject.clock.advance(24 * 60 * MINUTE_MS);
      expect(await replayed(org)).toEqual([]);
      await change(org, (tx) => tx.itemKeys.remember('item-1', draft, flag));
      expect(await replayed(org)).toHaveLength(1);
    });
  });

  describe('the steps of a schedule', () => {
    const scheduled = (scope: string, at: Date) =>
      newStrategy(
        { name: 'ramp', conditions: [], schedule: { steps: [{ percentage: 10, start_at: at.toISOString() }] } },
        birth(scope),
      );

    it('are taken once, when they have begun', async () => {
      const org = anAdmin();
      const at = new Date(subject.clock.now().getTime() + MINUTE_MS);
      const document = strategyDocument(scheduled(org.scope, at));
      const ref = `strategy:${document.id}` as const;
      await change(org, async (tx) => tx.ruleset.put(document));
      const take = () => change(org, (tx) => tx.takeSteps(ref));

      expect(await take()).toEqual([]);
      subject.clock.advance(MINUTE_MS);
      expect(await take()).toEqual([{ at }]);
      expect(await take()).toEqual([]);
    });

    it('are still there after a change that leaves nothing behind', async () => {
      const org = anAdmin();
      const document = strategyDocument(scheduled(org.scope, new Date(subject.clock.now().getTime() + MINUTE_MS)));
      const ref = `strategy:${document.id}` as const;
      await change(org, async (tx) => tx.ruleset.put(document));
      subject.clock.advance(MINUTE_MS);

      const { resource } = await subject.uow.change(org, (tx) => tx.takeSteps(ref));

      expect(resource).toHaveLength(1);
      expect(await change(org, (tx) => tx.takeSteps(ref))).toHaveLength(1);
    });
  });

  describe('a change caused by a fact', () => {
    it('happens once, however often the fact is delivered', async () => {
      const org = anAdmin();
      const environment = anEnvironment(org.scope);
      const fact = anEnvironmentFact('created', environment);
      const deliver = () =>
        subject.uow.changeOnce(fact, org, async (tx) => {
          await tx.environments.save(environment);
          keep(tx);
        });

      await deliver();
      await deliver();

      const facts = await subject.facts(org);
      expect(facts.map(({ type }) => type)).toEqual(['ruleset.changed']);
      expect(facts[0]).toMatchObject({ metadata: { causation_id: fact.id } });
    });

    it('is tried again after a failure', async () => {
      const org = anAdmin();
      const fact = anEnvironmentFact('created', anEnvironment(org.scope));
      const failing = subject.uow.changeOnce(fact, org, async () => Promise.reject(new Error('broken')));

      await expect(failing).rejects.toThrow('broken');
      await subject.uow.changeOnce(fact, org, async (tx) => keep(tx));

      expect(await subject.facts(org)).toHaveLength(1);
    });
  });
}
