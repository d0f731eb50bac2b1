import { anAdmin, anEnvironment, anEnvironmentFact, deltaOf } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import type { Environment } from '../../domain/environment.js';
import { LearnEnvironment } from './learn-environment.js';
import { RemoveDeadConfigs } from './remove-dead-configs.js';

const given = () => {
  const world = inMemoryWorld();
  const removeDeadConfigs = new RemoveDeadConfigs(world.uow, { environments: async () => [] }, world.ids);
  const learnEnvironment = new LearnEnvironment(world.uow, removeDeadConfigs);
  const learn = (environment: Environment, fact = anEnvironmentFact('updated', environment)) =>
    learnEnvironment.execute(fact, environment);
  return { ...world, learn };
};

describe('LearnEnvironment', () => {
  it('stores a new environment as one version of the ruleset, without an audit entry', async () => {
    const { learn, facts } = given();
    const org = anAdmin();
    const environment = anEnvironment(org.scope);

    await learn(environment);

    const queued = facts(org);
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed']);
    expect(deltaOf(queued).changes).toEqual([
      {
        ref: `environment:${environment.id}`,
        document: { kind: 'environment', id: environment.id, name: 'dev', version: 1 },
      },
    ]);
  });

  it('ignores a second delivery and versions that are not newer', async () => {
    const { learn, facts } = given();
    const org = anAdmin();
    const environment = anEnvironment(org.scope, { version: 2 });
    const fact = anEnvironmentFact('updated', environment);
    await learn(environment, fact);
    facts(org);

    await learn(environment, fact);
    await learn({ ...environment, name: 'old', version: 1 });
    await learn({ ...environment, name: 'same', version: 2 });

    expect(facts(org)).toEqual([]);
  });

  it('removes a deleted environment, which no later fact brings back', async () => {
    const { learn, facts, uow } = given();
    const org = anAdmin();
    const environment = anEnvironment(org.scope);
    await learn(environment);
    facts(org);

    await learn({ ...environment, isDeleted: true });
    await learn({ ...environment, name: 'back', version: 9 });

    const queued = facts(org);
    expect(queued).toHaveLength(1);
    expect(deltaOf(queued).changes).toEqual([{ ref: `environment:${environment.id}`, document: null }]);
    expect(await uow.read(org.scope, ({ environments }) => environments.list())).toEqual([]);
  });
});
