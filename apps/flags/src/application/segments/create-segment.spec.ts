import { PLATFORM } from '#libs/contracts';
import { anAdmin, deltaOf, refused } from '../../../test/given.js';
import { CreateSegment } from './create-segment.js';
import { DeleteSegment } from './delete-segment.js';
import { inSegment, segmentWorld } from './segments.spec-support.js';

const draft = { key: 'beta', name: 'Beta', included: ['u1'] };

describe('CreateSegment', () => {
  it('creates a segment as one version with one fact and one audit entry', async () => {
    const { createSegment, facts } = segmentWorld();
    const org = anAdmin();

    const { resource } = await createSegment.execute(draft, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ key: 'beta', included: ['u1'], conditions: null, version: 1 });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'segment.created', 'audit.recorded']);
    expect(queued[1]!.data).toEqual({ segment_key: 'beta', version: 1 });
  });

  it('publishes conditions that are never true for a segment without conditions', async () => {
    const { createSegment, facts } = segmentWorld();
    const org = anAdmin();

    await createSegment.execute(draft, org);

    expect(deltaOf(facts(org)).changes).toMatchObject([{ document: { conditions: { not: { all: [] } } } }]);
  });

  it('refuses more than the organization may have; deleted ones do not count, and the platform has no limit', async () => {
    const { uow, ids, clock } = segmentWorld();
    const org = anAdmin();
    const createSegment = new CreateSegment(uow, ids, clock, { flags: 1, segments: 1 });
    await createSegment.execute(draft, org);

    await refused(createSegment.execute({ ...draft, key: 'gamma' }, org), 'quota_exceeded');

    await new DeleteSegment(uow).execute({ key: 'beta' }, org);
    await createSegment.execute({ ...draft, key: 'gamma' }, org);
    for (const key of ['one', 'two']) await createSegment.execute({ ...draft, key }, anAdmin(PLATFORM));
  });

  it('refuses a taken key, an unknown segment in its conditions, and itself', async () => {
    const { createSegment, segment } = segmentWorld();
    const org = anAdmin();
    await segment(org, 'beta');

    await refused(createSegment.execute(draft, org), 'already_exists');
    const using = (key: string, used: string) =>
      createSegment.execute({ key, name: key, conditions: inSegment(used) }, org);
    await refused(using('alpha', 'unknown'), 'unknown_segment');
    await refused(using('alpha', 'alpha'), 'segment_cycle');
  });

  it('may use segments of the platform, but not of another organization', async () => {
    const { createSegment, segment } = segmentWorld();
    const org = anAdmin();
    await segment(anAdmin(PLATFORM), 'common');
    await segment(anAdmin(), 'secret');
    const using = (used: string) => createSegment.execute({ ...draft, conditions: inSegment(used) }, org);

    await refused(using('secret'), 'unknown_segment');
    expect((await using('common')).resource.conditions).toEqual(inSegment('common'));
  });
});
