import { deltaOf, refused } from '../../../test/given.js';
import { CreateStrategy } from '../strategies/create-strategy.js';
import { DeleteSegment } from './delete-segment.js';
import { inSegment, segmentWorld } from './segments.spec-support.js';

const given = () => {
  const world = segmentWorld();
  return { ...world, deleteSegment: new DeleteSegment(world.uow) };
};

describe('DeleteSegment', () => {
  it('removes a segment from the ruleset, and frees its key', async () => {
    const { deleteSegment, organization, segment, facts } = given();
    const org = await organization('dev');
    await segment(org, 'beta');

    const { resource } = await deleteSegment.execute({ key: 'beta', if_version: 1 }, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ key: 'beta', version: 1 });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'segment.deleted', 'audit.recorded']);
    expect(deltaOf(queued).changes).toEqual([{ ref: 'segment:beta', document: null }]);
    await segment(org, 'beta');
  });

  it('refuses while rules, strategies or segments use it, and names each of them', async () => {
    const { deleteSegment, organization, flag, config, segment, uow, ids, clock } = given();
    const org = await organization('dev');
    await segment(org, 'beta');
    await segment(org, 'outer', { conditions: inSegment('beta') });
    await flag(org, 'checkout');
    await config(org, 'checkout', 'dev', { rules: [{ conditions: inSegment('beta') }] });
    const draft = { name: 'ramp', conditions: inSegment('beta') };
    const strategy = await new CreateStrategy(uow, ids, clock).execute(draft, org);

    const { details } = await refused(deleteSegment.execute({ key: 'beta' }, org), 'segment_in_use');

    expect(details).toMatchObject([
      { flag_key: 'checkout' },
      { strategy_id: strategy.resource.id },
      { segment_key: 'outer' },
    ]);
  });

  it('refuses a version that is not the current one, and an unknown segment', async () => {
    const { deleteSegment, organization, segment } = given();
    const org = await organization('dev');
    await segment(org, 'beta');

    await refused(deleteSegment.execute({ key: 'beta', if_version: 2 }, org), 'version_conflict');
    await refused(deleteSegment.execute({ key: 'unknown' }, org), 'not_found');
  });
});
