import { refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { CreateSegment } from '../segments/create-segment.js';
import { DeleteSegment } from '../segments/delete-segment.js';
import { CreateStrategy } from '../strategies/create-strategy.js';
import { DeleteStrategy } from '../strategies/delete-strategy.js';
import { ArchiveFlag } from './archive-flag.js';
import { RestoreFlag } from './restore-flag.js';

const given = () => {
  const world = inMemoryWorld();
  return { ...world, archiveFlag: new ArchiveFlag(world.uow), restoreFlag: new RestoreFlag(world.uow) };
};

describe('RestoreFlag', () => {
  it('makes an archived flag live again, as one version with one fact and one audit entry', async () => {
    const { archiveFlag, restoreFlag, organization, flag, facts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');
    await archiveFlag.execute({ key: 'checkout' }, org);
    facts(org);

    const { resource } = await restoreFlag.execute({ key: 'checkout', if_version: 2 }, org);

    expect(resource).toMatchObject({ archived_at: null, version: 3 });
    expect(facts(org).map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.restored', 'audit.recorded']);
  });

  it('leaves a live flag as it is', async () => {
    const { restoreFlag, organization, flag, facts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    expect((await restoreFlag.execute({ key: 'checkout' }, org)).resource.version).toBe(1);
    expect(facts(org)).toEqual([]);
  });

  it('refuses a flag when a prerequisite was archived meanwhile', async () => {
    const { archiveFlag, restoreFlag, organization, flag } = given();
    const org = await organization('dev');
    await flag(org, 'base');
    await flag(org, 'child', { prerequisites: [{ flag_key: 'base', required_variant: 'on' }] });
    await archiveFlag.execute({ key: 'child' }, org);
    await archiveFlag.execute({ key: 'base' }, org);

    await refused(restoreFlag.execute({ key: 'child' }, org), 'unknown_prerequisite');
    await restoreFlag.execute({ key: 'base' }, org);
    expect((await restoreFlag.execute({ key: 'child' }, org)).resource.archived_at).toBeNull();
  });

  it('refuses a flag when segments, strategies or variants that it names are gone, and names them all', async () => {
    const { archiveFlag, restoreFlag, organization, flag, config, uow, ids, clock } = given();
    const org = await organization('dev', 'prod');
    await flag(org, 'base');
    await flag(org, 'child', { prerequisites: [{ flag_key: 'base', required_variant: 'on' }] });
    const createSegment = new CreateSegment(uow, ids, clock);
    const createStrategy = new CreateStrategy(uow, ids, clock);
    await createSegment.execute({ key: 'beta', name: 'Beta' }, org);
    const { resource: strategy } = await createStrategy.execute({ name: 'All', conditions: [] }, org);
    const conditions = [{ segment: 'beta', operator: 'in' as const }];
    await config(org, 'child', 'dev', { rules: [{ conditions }] });
    await config(org, 'child', 'prod', { rules: [{ strategy_id: strategy.id }] });
    const deleteSegment = new DeleteSegment(uow);
    await refused(deleteSegment.execute({ key: 'beta' }, org), 'segment_in_use');
    await archiveFlag.execute({ key: 'child' }, org);

    await deleteSegment.execute({ key: 'beta' }, org);
    await new DeleteStrategy(uow).execute({ id: strategy.id }, org);
    const { details } = await refused(restoreFlag.execute({ key: 'child' }, org), 'unknown_strategy');

    expect(details).toMatchObject([
      { environment: 'dev', segment_key: 'beta' },
      { environment: 'prod', strategy_id: strategy.id },
    ]);
    await createSegment.execute({ key: 'beta', name: 'Beta' }, org);
    await refused(restoreFlag.execute({ key: 'child' }, org), 'unknown_strategy');
  });
});
