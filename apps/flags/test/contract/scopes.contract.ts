import { PLATFORM, type Origin } from '#libs/contracts';
import { uuidv7 } from 'uuidv7';
import { archiveFlag } from '../../src/domain/flags/flag.js';
import { firstConfig } from '../../src/domain/flags/flag-config.js';
import { anAdmin, anEnvironment, refused } from '../given.js';

import { AT, aFlag, aKillSwitch, aSegment, aStrategy, requiring, thePlatform } from './builders.js';
import type { ContractSteps } from './subject.js';

export function scopesContract({ subject, change, insertFlag, findFlag }: ContractSteps): void {
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

      await subject().uow.read(org.scope, async ({ environments }) => {
        expect(await environments.list()).toEqual([dev, prod]);
        expect(await environments.findById(gone.id)).toEqual(gone);
      });
    });
  });
}
