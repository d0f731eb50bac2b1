import { anAdmin, refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { CreateStrategy } from './create-strategy.js';

const given = () => {
  const world = inMemoryWorld();
  return { ...world, createStrategy: new CreateStrategy(world.uow, world.ids, world.clock) };
};

describe('CreateStrategy', () => {
  it('creates a strategy as one version with one fact and one audit entry', async () => {
    const { createStrategy, facts } = given();
    const org = anAdmin();

    const { resource } = await createStrategy.execute({ name: 'Ramp', conditions: [], percentage: 10 }, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ name: 'Ramp', percentage: 10, bucket_by: 'user_id', version: 1 });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'strategy.created', 'audit.recorded']);
    expect(queued[1]!.data).toEqual({ strategy_id: resource.id, name: 'Ramp', version: 1 });
  });

  it('refuses an unknown segment in its conditions', async () => {
    const { createStrategy } = given();
    const draft = { name: 'Ramp', conditions: { segment: 'unknown', operator: 'in' } } as const;

    await refused(createStrategy.execute(draft, anAdmin()), 'unknown_segment');
  });
});
