import type { Origin } from '#libs/contracts';
import { anAdmin, refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { CreateStrategy } from './create-strategy.js';
import { UpdateStrategy } from './update-strategy.js';

const given = () => {
  const world = inMemoryWorld();
  const createStrategy = new CreateStrategy(world.uow, world.ids, world.clock);
  const strategy = async (origin: Origin): Promise<string> => {
    const { resource } = await createStrategy.execute({ name: 'Ramp', conditions: [], percentage: 10 }, origin);
    world.facts(origin);
    return resource.id;
  };
  return { ...world, strategy, updateStrategy: new UpdateStrategy(world.uow) };
};

describe('UpdateStrategy', () => {
  it('writes the patch as one version with one fact and one audit entry', async () => {
    const { updateStrategy, strategy, facts } = given();
    const org = anAdmin();
    const id = await strategy(org);

    const { resource } = await updateStrategy.execute({ id, patch: { percentage: 50 }, if_version: 1 }, org);

    expect(resource).toMatchObject({ percentage: 50, name: 'Ramp', version: 2 });
    expect(facts(org).map(({ type }) => type)).toEqual(['ruleset.changed', 'strategy.updated', 'audit.recorded']);
  });

  it('leaves nothing behind when the patch changes nothing', async () => {
    const { updateStrategy, strategy, facts } = given();
    const org = anAdmin();
    const id = await strategy(org);

    await updateStrategy.execute({ id, patch: { percentage: 10 } }, org);

    expect(facts(org)).toEqual([]);
  });

  it('refuses unknown segments, a version that is not the current one, and strategies of others', async () => {
    const { updateStrategy, strategy } = given();
    const org = anAdmin();
    const id = await strategy(org);
    const conditions = { segment: 'unknown', operator: 'in' } as const;

    await refused(updateStrategy.execute({ id, patch: { conditions } }, org), 'unknown_segment');
    await refused(updateStrategy.execute({ id, patch: { name: 'x' }, if_version: 2 }, org), 'version_conflict');
    await refused(updateStrategy.execute({ id, patch: { name: 'x' } }, anAdmin()), 'not_found');
  });
});
