import { type Condition, type Origin, type Rule } from '#libs/contracts';
import { uuidv7 } from 'uuidv7';
import { strategyDocument } from '../../src/domain/documents.js';
import { archiveFlag } from '../../src/domain/flags/flag.js';
import { firstConfig } from '../../src/domain/flags/flag-config.js';
import { newStrategy } from '../../src/domain/targeting/strategy.js';
import { anAdmin, anEnvironment } from '../given.js';

import { AT, MINUTE_MS, inSegment, birth, aFlag, aSegment, requiring, thePlatform } from './builders.js';
import type { ContractSteps } from './subject.js';

export function flagDataContract({ subject, change }: ContractSteps): void {
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
      await subject().uow.read(org.scope, async ({ configs }) => {
        expect(await configs.usingStrategy(strategy_id)).toEqual(found);
        expect(await configs.usingSegment('beta')).toEqual(found);
        expect(await configs.usingSegment('alpha')).toEqual([]);
      });
    });

    it('of live flags come with the conditions that they may lead to', async () => {
      const [org, stranger, platform] = [anAdmin(), anAdmin(), thePlatform()];
      const { scope } = org;
      const key = `f_${uuidv7().replaceAll('-', '_')}`;
      const matches = { attribute: 'a', operator: 'matches', value: 'x' } as const;
      const [user, plain] = [aSegment(scope, `${key}_user`, 'inner'), aSegment(scope, `${key}_plain`)];
      const strategy = newStrategy({ name: 'beta', conditions: matches }, birth(scope));
      const [flag, old] = [aFlag(scope, key), archiveFlag(aFlag(scope, `${key}_old`), AT)];
      const environment = anEnvironment(scope);
      const rules: readonly Rule[] = [{ id: 'r1', strategy_id: strategy.id }];
      await change(org, async (tx) => {
        await tx.environments.save(environment);
        for (const one of [flag, old]) {
          await tx.flags.insert(one);
          await tx.configs.save([{ ...firstConfig(one.id, environment.id, 'u', AT), rules }]);
        }
        for (const segment of [user, plain]) await tx.segments.insert(segment);
        await tx.strategies.insert(strategy);
      });
      const found = (origin: Origin) =>
        change(origin, async ({ targeting }) => [
          (await targeting.reusable()).filter((one) => one.scope === scope).map(({ name }) => name),
          (await targeting.flagsWithReferences()).filter((one) => one.scope === scope),
        ]);

      for (const origin of [org, platform])
        expect(await found(origin)).toEqual([[strategy.id, user.key], [{ scope, key, rules }]]);
      expect(await found(stranger)).toEqual([[], []]);
    });

    it('are none in the values of conditions, and none of archived flags', async () => {
      const org = anAdmin();
      const { scope } = org;
      const [strategy_id, environment] = [uuidv7(), anEnvironment(scope)];
      const flags = [aFlag(scope, 'live'), archiveFlag(aFlag(scope, 'old'), AT)];
      const decoy: Condition = { attribute: 'a', operator: 'equals', value: { ...inSegment('beta'), strategy_id } };
      const rulesOf = (key: string): readonly Rule[] =>
        key === 'live'
          ? [{ id: 'r1', conditions: [decoy, { any: [decoy, { not: inSegment('alpha') }] }] }]
          : [
              { id: 'r1', conditions: inSegment('beta') },
              { id: 'r2', strategy_id },
            ];
      const decoyed = newStrategy({ name: 's', conditions: decoy }, birth(scope));
      await change(org, async (tx) => {
        await tx.environments.save(environment);
        for (const flag of flags) await tx.flags.insert(flag);
        await tx.configs.save(
          flags.map(({ id, key }) => ({ ...firstConfig(id, environment.id, 'u', AT), rules: rulesOf(key) })),
        );
        await tx.strategies.insert(decoyed);
        await tx.segments.insert({ ...aSegment(scope, 'user'), conditions: decoy });
      });

      await subject().uow.read(scope, async ({ configs, strategies, segments }) => {
        expect(await configs.usingSegment('alpha')).toEqual([{ flagKey: 'live', environment: environment.id }]);
        expect(await configs.usingSegment('beta')).toEqual([]);
        expect(await configs.usingStrategy(strategy_id)).toEqual([]);
        expect(await strategies.usingSegment('beta')).toEqual([]);
        expect(await segments.using('beta')).toEqual([]);
        expect([...(await segments.graph())]).toEqual([]);
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

      await subject().uow.read(scope, async ({ flags, segments }) => {
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
      subject().clock.advance(24 * 60 * MINUTE_MS);
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
      const at = new Date(subject().clock.now().getTime() + MINUTE_MS);
      const document = strategyDocument(scheduled(org.scope, at));
      const ref = `strategy:${document.id}` as const;
      await change(org, async (tx) => tx.ruleset.put(document));
      const take = () => change(org, (tx) => tx.takeSteps(ref));

      expect(await take()).toEqual([]);
      subject().clock.advance(MINUTE_MS);
      expect(await take()).toEqual([{ at }]);
      expect(await take()).toEqual([]);
    });

    it('are still there after a change that leaves nothing behind', async () => {
      const org = anAdmin();
      const document = strategyDocument(scheduled(org.scope, new Date(subject().clock.now().getTime() + MINUTE_MS)));
      const ref = `strategy:${document.id}` as const;
      await change(org, async (tx) => tx.ruleset.put(document));
      subject().clock.advance(MINUTE_MS);

      const { resource } = await subject().uow.change(org, (tx) => tx.takeSteps(ref));

      expect(resource).toHaveLength(1);
      expect(await change(org, (tx) => tx.takeSteps(ref))).toHaveLength(1);
    });
  });
}
