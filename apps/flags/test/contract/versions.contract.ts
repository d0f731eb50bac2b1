import { FlagArchivedV1, FlagCreatedV1, parseVersion } from '#libs/contracts';
import { uuidv7 } from 'uuidv7';
import { environmentDocument, flagDocument } from '../../src/domain/documents.js';
import { editFlag } from '../../src/domain/flags/flag.js';
import { firstConfig } from '../../src/domain/flags/flag-config.js';
import { anAdmin, anEnvironment, anEnvironmentFact, deltaOf, refused } from '../given.js';

import { AT, aFlag, aKillSwitch, aSegment, aStrategy, edited, thePlatform, keep } from './builders.js';
import type { ContractSteps } from './subject.js';

export function versionsContract({ subject, change, insertFlag, findFlag, versionAfter }: ContractSteps): void {
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
      await subject().facts(org);

      const { ruleset_version, resource } = await subject().uow.change(org, async (tx) => {
        await tx.flags.insert(aFlag(org.scope, 'checkout'));
        tx.facts.add((version) => FlagArchivedV1.of(org, { flag_key: 'checkout', version }));
        return 'the result';
      });

      expect(resource).toBe('the result');
      expect(parseVersion(ruleset_version)!.org).toBe(1);
      expect(await subject().facts(org)).toEqual([]);
      expect(await findFlag(org, 'checkout')).toBeUndefined();
    });

    it('are not used up by work that throws, which leaves nothing behind', async () => {
      const org = anAdmin();

      const failing = change(org, async (tx) => {
        await tx.flags.insert(aFlag(org.scope, 'checkout'));
        throw new Error('broken');
      });

      await expect(failing).rejects.toThrow('broken');
      expect(await subject().facts(org)).toEqual([]);
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

      const stored = await subject().uow.read(org.scope, ({ configs }) => configs.ofFlag(flag.id));
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
      await subject().facts(org);

      await change(org, async (tx) => {
        tx.audit({ event: 'FlagCreated', action: 'insert', resourceType: 'flag', resourceId: 'f1' });
        tx.facts.add((version) =>
          FlagCreatedV1.of(org, { flag_key: 'checkout', version, type: 'boolean', name: 'Checkout' }),
        );
        tx.facts.add((version) => FlagArchivedV1.of(org, { flag_key: 'checkout', version }));
      });

      const facts = await subject().facts(org);
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

      await subject().uow.change(org, async (tx) => {
        tx.ruleset.put(document);
        tx.ruleset.put({ ...document, version: 2 });
        tx.ruleset.remove(`environment:${gone}`);
      });

      expect(deltaOf(await subject().facts(org)).changes).toEqual([
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

  describe('a change caused by a fact', () => {
    it('happens once, however often the fact is delivered', async () => {
      const org = anAdmin();
      const environment = anEnvironment(org.scope);
      const fact = anEnvironmentFact('created', environment);
      const deliver = () =>
        subject().uow.changeOnce(fact, org, async (tx) => {
          await tx.environments.save(environment);
          keep(tx);
        });

      await deliver();
      await deliver();

      const facts = await subject().facts(org);
      expect(facts.map(({ type }) => type)).toEqual(['ruleset.changed']);
      expect(facts[0]).toMatchObject({ metadata: { causation_id: fact.id } });
    });

    it('is tried again after a failure', async () => {
      const org = anAdmin();
      const fact = anEnvironmentFact('created', anEnvironment(org.scope));
      const failing = subject().uow.changeOnce(fact, org, async () => Promise.reject(new Error('broken')));

      await expect(failing).rejects.toThrow('broken');
      await subject().uow.changeOnce(fact, org, async (tx) => keep(tx));

      expect(await subject().facts(org)).toHaveLength(1);
    });
  });
}
