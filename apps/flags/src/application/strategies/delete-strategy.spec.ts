import { deltaOf, refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { CreateStrategy } from './create-strategy.js';
import { DeleteStrategy } from './delete-strategy.js';

const given = async () => {
  const world = inMemoryWorld();
  const org = await world.organization('dev');
  const createStrategy = new CreateStrategy(world.uow, world.ids, world.clock);
  const { resource } = await createStrategy.execute({ name: 'Ramp', conditions: [] }, org);
  world.facts(org);
  return { ...world, org, id: resource.id, deleteStrategy: new DeleteStrategy(world.uow) };
};

describe('DeleteStrategy', () => {
  it('removes a strategy from the ruleset', async () => {
    const { deleteStrategy, org, id, facts } = await given();

    await deleteStrategy.execute({ id, if_version: 1 }, org);

    const queued = facts(org);
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'strategy.deleted', 'audit.recorded']);
    expect(deltaOf(queued).changes).toEqual([{ ref: `strategy:${id}`, document: null }]);
    await refused(deleteStrategy.execute({ id }, org), 'not_found');
  });

  it('refuses while rules use it, and names their flags and environments', async () => {
    const { deleteStrategy, org, id, flag, config, accounts } = await given();
    await flag(org, 'checkout');
    await config(org, 'checkout', 'dev', { rules: [{ strategy_id: id }] });

    const { details } = await refused(deleteStrategy.execute({ id }, org), 'strategy_in_use');

    expect(details).toMatchObject([{ flag_key: 'checkout', environment: accounts.environments[0]!.id }]);
  });

  it('refuses a version that is not the current one', async () => {
    const { deleteStrategy, org, id } = await given();

    await refused(deleteStrategy.execute({ id, if_version: 2 }, org), 'version_conflict');
  });
});
