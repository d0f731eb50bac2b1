import type { FlagDocument } from '#libs/contracts';
import { anEnvironmentFact, deltaOf, refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import type { EnvironmentRef } from '../ports/leftovers.js';
import { storeEnvironments } from './environment-directory.js';
import { LearnEnvironment } from './learn-environment.js';
import { RemoveDeadConfigs } from './remove-dead-configs.js';

async function given(...keys: readonly string[]) {
  const world = inMemoryWorld();
  const left: EnvironmentRef[] = [];
  const removeDeadConfigs = new RemoveDeadConfigs(world.uow, { environments: async () => left }, world.ids);
  const learnEnvironment = new LearnEnvironment(world.uow, removeDeadConfigs);
  const org = await world.organization('dev', 'old');
  for (const key of keys) await world.flag(org, key);
  const [dev, old] = world.accounts.environments;
  const deleted = { ...old!, isDeleted: true };
  const fact = anEnvironmentFact('deleted', deleted);
  const learn = () => learnEnvironment.execute(fact, deleted);
  return { ...world, left, removeDeadConfigs, org, dev: dev!, deleted, learn };
}

describe('the configs of a deleted environment', () => {
  it('leave the documents of all flags, archived ones too, in deltas of at most 50 flags', async () => {
    const keys = Array.from(
      { length: 51 },
      (_, n) => `flag.n${String.fromCharCode(97 + (n % 26))}${n < 26 ? 'a' : 'b'}`,
    );
    const { learn, org, dev, facts } = await given(...keys);

    await learn();

    const queued = facts(org);
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'ruleset.changed', 'ruleset.changed']);
    const documents = queued
      .slice(1)
      .map((fact) => deltaOf([fact]).changes.map(({ document }) => document as FlagDocument));
    expect(documents.map(({ length }) => length)).toEqual([50, 1]);
    expect(
      documents
        .flat()
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(keys.toSorted());
    for (const { configs } of documents.flat()) expect(Object.keys(configs)).toEqual([dev.id]);
    await learn();
    expect(facts(org)).toEqual([]);
  });

  it('make room for others: 10,000 targets in a deleted environment do not count', async () => {
    const { learn, config, org, uow } = await given('big');
    const targets = { on: Array.from({ length: 10_000 }, (_, n) => `user-${String(n).padStart(40, '0')}`) };
    await config(org, 'big', 'old', { targets });
    await refused(config(org, 'big', 'dev', { targets }), 'too_large');

    await learn();

    await config(org, 'big', 'dev', { targets });
    const flag = await uow.read(org.scope, ({ flags }) => flags.find('big'));
    const configs = await uow.read(org.scope, (stores) => stores.configs.ofFlag(flag!.id));
    expect(configs).toHaveLength(1);
  });

  it('that were left behind are found later; those of live environments are not touched', async () => {
    const { removeDeadConfigs, left, org, dev, deleted, facts, uow } = await given('a.flag');
    await uow.change(org, (tx) => storeEnvironments(tx, [deleted]));
    facts(org);
    left.push({ scope: org.scope, id: dev.id }, { scope: org.scope, id: deleted.id });

    await removeDeadConfigs.sweep();
    await removeDeadConfigs.sweep();

    const queued = facts(org);
    expect(queued).toHaveLength(1);
    expect(deltaOf(queued).changes).toMatchObject([{ ref: 'flag:a.flag', document: { configs: { [dev.id]: {} } } }]);
  });
});
