import { PLATFORM, type Condition, type Origin } from '#libs/contracts';
import { anAdmin, deltaOf, flagsWorld, refused, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

const inSegment = (segment: string): Condition => ({ segment, operator: 'in' });
const aSegment = (key: string, given: object = {}) => ({ key, name: key, ...given });
const aFlag = (key: string) => ({ key, name: key, type: 'boolean' as const });
const configure = (org: Origin, rule: object) =>
  world.updateConfig.execute({ key: 'fff', environment: 'dev', patch: { rules: [rule] } }, org);

describe('a strategy', () => {
  it('is created, updated and deleted: one delta, one fact, one audit entry each', async () => {
    const org = await world.organization();
    const draft = { name: 'Half', conditions: [], percentage: 50, bucket_by: 'org_id' };
    const { resource } = await world.createStrategy.execute(draft, org);
    const { id } = resource;
    const created = await world.facts(org);
    await world.updateStrategy.execute({ id, patch: { percentage: null }, if_version: 1 }, org);
    const updated = await world.facts(org);
    await world.updateStrategy.execute({ id, patch: { name: 'Half' } }, org);
    const untouched = await world.facts(org);
    await world.deleteStrategy.execute({ id }, org);
    const deleted = await world.facts(org);

    expect(resource).toMatchObject({ percentage: 50, bucket_by: 'org_id', schedule: null, version: 1 });
    expect([created, updated, deleted].map((facts) => facts.map(({ type }) => type))).toEqual(
      ['created', 'updated', 'deleted'].map((what) => ['ruleset.changed', `strategy.${what}`, 'audit.recorded']),
    );
    expect(untouched).toEqual([]);
    expect(deltaOf(updated).changes[0]!.document).toEqual({
      kind: 'strategy', id, name: 'Half', conditions: [], bucket_by: 'org_id', version: 2,
    }); // prettier-ignore
    expect(deltaOf(deleted).changes).toEqual([{ ref: `strategy:${id}`, document: null }]);
    await refused(world.deleteStrategy.execute({ id }, org), 'not_found');
  });

  it('cannot be deleted while a rule uses it, and rules may use those of the platform', async () => {
    const [org, platform] = [await world.organization('dev'), anAdmin(PLATFORM)];
    await world.createFlag.execute(aFlag('fff'), org);
    const draft = { name: 'Ours', conditions: [] };
    const [own, theirs] = [
      await world.createStrategy.execute(draft, org),
      await world.createStrategy.execute(draft, platform),
    ];
    const rule = ({ resource }: typeof own) => ({ strategy_id: resource.id });

    await configure(org, rule(own));
    const inUse = await refused(world.deleteStrategy.execute({ id: own.resource.id }, org), 'strategy_in_use');
    await configure(org, rule(theirs));
    await world.deleteStrategy.execute({ id: own.resource.id }, org);

    expect(inUse.details).toMatchObject([{ flag_key: 'fff' }]);
    await refused(world.deleteStrategy.execute({ id: theirs.resource.id }, platform), 'strategy_in_use');
    await refused(configure(org, rule(own)), 'unknown_strategy');
  });

  it('must name segments that exist', async () => {
    const org = await world.organization();
    const draft = { name: 'Beta', conditions: { all: [inSegment('beta')] } };

    await refused(world.createStrategy.execute(draft, org), 'unknown_segment');
    await world.createSegment.execute(aSegment('beta'), org);
    await world.createStrategy.execute(draft, org);

    await refused(world.deleteSegment.execute({ key: 'beta' }, org), 'segment_in_use');
  });
});

describe('strategies and segments of the platform', () => {
  it('are read by every organization, marked as the platform’s, and edited by none', async () => {
    const [org, platform] = [await world.organization('dev'), anAdmin(PLATFORM)];
    await world.createSegment.execute(aSegment('shared.by_all'), platform);
    await world.createSegment.execute(aSegment('both'), platform);
    const { resource: own } = await world.createSegment.execute(aSegment('both'), org);
    const { resource: strategy } = await world.createStrategy.execute({ name: 'Shared', conditions: [] }, platform);
    const [id, key] = [strategy.id, 'shared.by_all'];

    expect(await world.getStrategy.execute({ id }, org)).toEqual({ ...strategy, scope: 'platform', org_id: null });
    expect(await world.getSegment.execute({ key }, org)).toMatchObject({ key, scope: 'platform' });
    expect(await world.getSegment.execute({ key: 'both' }, org)).toEqual({ ...own, scope: 'organization' });
    const command = { filter: { platform: true }, page: { limit: 200, order: 'asc' as const } };
    const segments = await world.listSegments.execute(command, org);
    expect(segments.data.map((segment) => segment.key)).toEqual(expect.arrayContaining([key, 'both']));
    expect(segments.data.every(({ scope }) => scope === 'platform')).toBe(true);
    expect((await world.listStrategies.execute(command, org)).data.map((one) => one.id)).toContain(id);
    const listed = await world.listSegments.execute({ page: command.page }, org);
    expect(listed.data).toEqual([own]);
    await refused(world.updateSegment.execute({ key, patch: { name: 'x' } }, org), 'forbidden');
    await refused(world.deleteSegment.execute({ key }, org), 'forbidden');
    await refused(world.updateStrategy.execute({ id, patch: { name: 'x' } }, org), 'forbidden');
    await refused(world.deleteStrategy.execute({ id }, org), 'forbidden');
  });
});

describe('a segment', () => {
  it('is created, updated and deleted; without conditions it has only the listed members', async () => {
    const org = await world.organization();
    const { resource } = await world.createSegment.execute(aSegment('beta', { included: ['u1', 'u1'] }), org);
    const created = await world.facts(org);
    await world.updateSegment.execute({ key: 'beta', patch: { conditions: [] } }, org);
    const updated = await world.facts(org);
    await world.deleteSegment.execute({ key: 'beta' }, org);
    const deleted = await world.facts(org);

    expect(resource).toMatchObject({ key: 'beta', included: ['u1'], excluded: [], conditions: null, version: 1 });
    expect(deltaOf(created).changes[0]!.document).toMatchObject({ conditions: { not: { all: [] } } });
    expect(deltaOf(updated).changes[0]!.document).toMatchObject({ conditions: [], version: 2 });
    expect(deleted.map(({ type }) => type)).toEqual(['ruleset.changed', 'segment.deleted', 'audit.recorded']);
    await world.createSegment.execute(aSegment('beta'), org);
    await refused(world.createSegment.execute(aSegment('beta'), org), 'already_exists');
    await refused(world.createSegment.execute(aSegment('B'), org), 'invalid_segment_key');
  });

  it('may use segments, but not itself, directly or through others', async () => {
    const org = await world.organization();
    await world.createSegment.execute(aSegment('aaa'), org);
    await world.createSegment.execute(aSegment('bbb', { conditions: inSegment('aaa') }), org);
    const use = (key: string, other: string) =>
      world.updateSegment.execute({ key, patch: { conditions: [{ not: inSegment(other) }] } }, org);

    const around = await refused(use('aaa', 'bbb'), 'segment_cycle');

    expect(around.details).toMatchObject([{ path: ['aaa', 'bbb', 'aaa'] }]);
    await refused(use('aaa', 'aaa'), 'segment_cycle');
    await refused(use('aaa', 'no.such'), 'unknown_segment');
    const inUse = await refused(world.deleteSegment.execute({ key: 'aaa' }, org), 'segment_in_use');
    expect(inUse.details).toMatchObject([{ segment_key: 'bbb' }]);
  });

  it('cannot be deleted while a rule that uses it is written', async () => {
    for (let round = 0; round < 5; round++) {
      const org = await world.organization('dev');
      await world.createFlag.execute(aFlag('fff'), org);
      await world.createSegment.execute(aSegment('beta'), org);

      const results = await Promise.allSettled([
        configure(org, { conditions: [inSegment('beta')] }),
        world.deleteSegment.execute({ key: 'beta' }, org),
      ]);

      const refusals = results.filter((result) => result.status === 'rejected');
      expect(refusals).toHaveLength(1);
      expect(['unknown_segment', 'segment_in_use']).toContain((refusals[0]!.reason as { code: string }).code);
    }
  });

  it('of the platform cannot be deleted while an organization writes a rule that uses it', async () => {
    for (let round = 0; round < 5; round++) {
      const [org, platform] = [await world.organization('dev'), anAdmin(PLATFORM)];
      const key = `plat.r${round}`;
      await world.createFlag.execute(aFlag('fff'), org);
      await world.createSegment.execute(aSegment(key), platform);

      const results = await Promise.allSettled([
        configure(org, { conditions: [inSegment(key)] }),
        world.deleteSegment.execute({ key }, platform),
      ]);

      expect(results.filter((result) => result.status === 'rejected')).toHaveLength(1);
    }
  });
});

it('lists of strategies and segments leave out deleted ones', async () => {
  const org = await world.organization();
  const page = { limit: 10, order: 'asc' } as const;
  await world.createStrategy.execute({ name: 'one', conditions: [] }, org);
  const { resource } = await world.createStrategy.execute({ name: 'two', conditions: [] }, org);
  await world.deleteStrategy.execute({ id: resource.id }, org);
  await world.createSegment.execute(aSegment('seg'), org);

  const [strategies, segments] = [
    await world.lists.strategies(org.scope, {}, page),
    await world.lists.segments(org.scope, {}, page),
  ];

  expect(strategies.data.map(({ name }) => name)).toEqual(['one']);
  expect(segments.data.map(({ key }) => key)).toEqual(['seg']);
});
