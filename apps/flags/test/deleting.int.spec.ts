import { anAdmin, deltaOf, flagsWorld, refused, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

const aFlag = (key: string, given: object = {}) => ({ key, name: key, type: 'boolean' as const, ...given });

describe('deleting a flag', () => {
  it('removes it for good: one version, a tombstone, flag.deleted, one audit entry, and the key is free', async () => {
    const org = await world.organization('dev');
    const { resource: flag } = await world.createFlag.execute(aFlag('old'), org);
    await world.archiveFlag.execute({ key: 'old' }, org);
    await world.facts(org);

    const { resource } = await world.deleteFlag.execute({ key: 'old', if_version: 2 }, org);

    const facts = await world.facts(org);
    expect(resource).toMatchObject({ id: flag.id, version: 2 });
    expect(facts.map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.deleted', 'audit.recorded']);
    expect(deltaOf(facts)).toMatchObject({ version: 4, changes: [{ ref: 'flag:old', document: null }] });
    expect(facts[1]!.data).toEqual({ flag_key: 'old', version: 4 });
    expect(facts[2]!.data).toMatchObject({
      event: 'FlagDeleted',
      severity: 'notice',
      before: { key: 'old' },
      after: null,
    });
    const left = await world.sql(
      `select flag_id from flag_config where flag_id = $1 union all select flag_id from flag_version where flag_id = $1`,
      [flag.id],
    );
    expect(left).toEqual([]);
    await refused(world.getFlag.execute({ key: 'old' }, org), 'not_found');
    const again = await world.createFlag.execute(aFlag('old'), org);
    expect(again.resource).toMatchObject({ version: 1 });
    expect((await world.rulesets.snapshot(org.scope)).documents).toContainEqual(
      expect.objectContaining({ key: 'old', id: again.resource.id }),
    );
  });

  it('needs an existing, archived flag at the version that was seen', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('live'), org);
    await world.facts(org);

    const error = await refused(world.deleteFlag.execute({ key: 'live' }, org), 'in_use');
    await refused(world.deleteFlag.execute({ key: 'live', if_version: 9 }, org), 'version_conflict');
    await refused(world.deleteFlag.execute({ key: 'nothing' }, org), 'not_found');
    await refused(world.deleteFlag.execute({ key: 'live' }, anAdmin()), 'not_found');

    expect(error.details).toMatchObject([{ field: 'archived_at' }]);
    expect(await world.facts(org)).toEqual([]);
  });

  it('is refused while a live flag requires it', async () => {
    const org = await world.organization();
    await world.createFlag.execute(aFlag('base'), org);
    await world.archiveFlag.execute({ key: 'base' }, org);
    await world.createFlag.execute(aFlag('above'), org);
    // A state that only a restore from backup can leave behind.
    const requires = JSON.stringify([{ flag_key: 'base', required_variant: 'on' }]);
    await world.sql(`update flag set prerequisites = $2 where org_id = $1 and key = 'above'`, [org.scope, requires]);

    const error = await refused(world.deleteFlag.execute({ key: 'base' }, org), 'in_use');
    await world.archiveFlag.execute({ key: 'above' }, org);
    await world.deleteFlag.execute({ key: 'base' }, org);

    expect(error.details).toMatchObject([{ flag_key: 'above' }]);
  });
});
