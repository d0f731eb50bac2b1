import { anAdmin, refused } from '../../../test/given.js';
import { inSegment, segmentWorld } from './segments.spec-support.js';
import { UpdateSegment } from './update-segment.js';

const given = () => {
  const world = segmentWorld();
  return { ...world, updateSegment: new UpdateSegment(world.uow) };
};

describe('UpdateSegment', () => {
  it('writes the patch as one version with one fact and one audit entry', async () => {
    const { updateSegment, segment, facts, auditIn } = given();
    const org = anAdmin();
    await segment(org, 'beta');

    const { resource } = await updateSegment.execute({ key: 'beta', patch: { included: ['u1'] }, if_version: 1 }, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ included: ['u1'], version: 2 });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'segment.updated', 'audit.recorded']);
    expect(auditIn(queued)).toMatchObject({ before: { included: [] }, after: { included: ['u1'] } });
  });

  it('leaves nothing behind when the patch changes nothing', async () => {
    const { updateSegment, segment, facts } = given();
    const org = anAdmin();
    await segment(org, 'beta');

    await updateSegment.execute({ key: 'beta', patch: { included: [] } }, org);

    expect(facts(org)).toEqual([]);
  });

  it('refuses conditions that make a cycle, and names its path', async () => {
    const { updateSegment, segment } = given();
    const org = anAdmin();
    await segment(org, 'inner');
    await segment(org, 'outer', { conditions: inSegment('inner') });

    const command = { key: 'inner', patch: { conditions: { not: inSegment('outer') } } };
    const { details } = await refused(updateSegment.execute(command, org), 'segment_cycle');

    expect(details).toMatchObject([{ path: ['inner', 'outer', 'inner'] }]);
  });

  it('refuses a version that is not the current one', async () => {
    const { updateSegment, segment } = given();
    const org = anAdmin();
    await segment(org, 'beta');

    await refused(updateSegment.execute({ key: 'beta', patch: { name: 'x' }, if_version: 2 }, org), 'version_conflict');
  });
});
