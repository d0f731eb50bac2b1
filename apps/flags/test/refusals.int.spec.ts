import { PLATFORM, type FlagConfigPatch, type Origin } from '#libs/contracts';
import { anAdmin, flagsWorld, refused, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

const aFlag = (key: string, given: object = {}) => ({ key, name: key, type: 'boolean' as const, ...given });
const requires = (flag_key: string, required_variant = 'on') => ({ prerequisites: [{ flag_key, required_variant }] });
const configure = (org: Origin, key: string, rules: FlagConfigPatch['rules'], environment = 'dev') =>
  world.updateConfig.execute({ key, environment, patch: { rules } }, org);

describe('prerequisites', () => {
  it('must be live flags with that variant', async () => {
    const org = await world.organization();
    await world.createFlag.execute(aFlag('old'), org);
    await world.archiveFlag.execute({ key: 'old' }, org);
    await world.createFlag.execute(aFlag('live'), org);

    await refused(world.createFlag.execute(aFlag('new', requires('no.such')), org), 'unknown_prerequisite');
    await refused(world.createFlag.execute(aFlag('new', requires('old')), org), 'unknown_prerequisite');
    await refused(world.createFlag.execute(aFlag('new', requires('live', 'blue')), org), 'unknown_variant');
  });

  it('must not form a cycle, and the refusal names its path', async () => {
    const org = await world.organization();
    await world.createFlag.execute(aFlag('aaa'), org);
    await world.createFlag.execute(aFlag('bbb', requires('aaa')), org);
    await world.createFlag.execute(aFlag('ccc', requires('bbb')), org);

    const error = await refused(
      world.updateFlag.execute({ key: 'aaa', patch: requires('ccc') }, org),
      'prerequisite_cycle',
    );

    expect(error.details).toMatchObject([{ path: ['aaa', 'ccc', 'bbb', 'aaa'] }]);
  });

  it('prevent archiving, and the refusal names the flags that require it', async () => {
    const org = await world.organization();
    await world.createFlag.execute(aFlag('base'), org);
    await world.createFlag.execute(aFlag('above', requires('base')), org);

    const error = await refused(world.archiveFlag.execute({ key: 'base' }, org), 'in_use');
    await world.archiveFlag.execute({ key: 'above' }, org);
    await world.archiveFlag.execute({ key: 'base' }, org);

    expect(error.details).toMatchObject([{ flag_key: 'above' }]);
    await refused(world.restoreFlag.execute({ key: 'above' }, org), 'unknown_prerequisite');
  });

  it('of an organization may be platform flags, which then cannot be archived', async () => {
    const [org, platform] = [await world.organization(), anAdmin(PLATFORM)];
    await world.createFlag.execute(aFlag('plat.base'), platform);
    await world.createFlag.execute(aFlag('mine', requires('plat.base')), org);

    const error = await refused(world.archiveFlag.execute({ key: 'plat.base' }, platform), 'in_use');

    expect(error.details).toMatchObject([{ flag_key: 'mine' }]);
    await refused(world.createFlag.execute(aFlag('plat.up', requires('mine')), platform), 'unknown_prerequisite');
  });
});

describe('variants', () => {
  const abc = { variants: ['a', 'b', 'c'].map((name) => ({ name, value: name, weight: 1 })), default_variant: 'a' };
  const without = (name: string) => ({ variants: abc.variants.filter((variant) => variant.name !== name) });

  it.each([
    ['a rule that serves it', { rules: [{ conditions: [], serve: { variant: 'b' } }] }],
    ['a split', { rules: [{ conditions: [], serve: { split: [{ variant: 'b', weight: 1 }] } }] }],
    ['a target', { targets: { b: ['u1'] } }],
  ])('in use by %s stay', async (_, patch) => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('fff', { type: 'string', ...abc }), org);
    await world.updateConfig.execute({ key: 'fff', environment: 'dev', patch }, org);

    const error = await refused(world.updateFlag.execute({ key: 'fff', patch: without('b') }, org), 'variant_in_use');
    expect(error.details).toMatchObject([{ environment: 'dev' }]);
    const { resource } = await world.updateFlag.execute({ key: 'fff', patch: without('c') }, org);

    expect(resource.variants.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('that another flag requires stay', async () => {
    const org = await world.organization();
    await world.createFlag.execute(aFlag('fff', { type: 'string', ...abc }), org);
    await world.createFlag.execute(aFlag('ggg', requires('fff', 'c')), org);

    const error = await refused(world.updateFlag.execute({ key: 'fff', patch: without('c') }, org), 'variant_in_use');

    expect(error.details).toMatchObject([{ flag_key: 'ggg' }]);
  });
});

describe('a configuration', () => {
  it('must name variants, segments and strategies that exist', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('cfg'), org);

    await refused(configure(org, 'cfg', [{ conditions: [], serve: { variant: 'blue' } }]), 'unknown_variant');
    await refused(configure(org, 'cfg', [{ conditions: [{ segment: 'beta', operator: 'in' }] }]), 'unknown_segment');
    await refused(configure(org, 'cfg', [{ strategy_id: 'nowhere' }]), 'unknown_strategy');
    await refused(configure(org, 'no.such', []), 'not_found');
    await refused(configure(org, 'cfg', [], 'no_such'), 'not_found');
  });

  it('of a protected environment needs the version that was seen', async () => {
    const org = await world.organization('dev');
    await world.sql('update environment set protected = true where org_id = $1', [org.scope]);
    await world.createFlag.execute(aFlag('prot'), org);
    const write = (if_version?: number) =>
      world.updateConfig.execute({ key: 'prot', environment: 'dev', patch: { enabled: true }, if_version }, org);

    await refused(write(), 'precondition_required');
    const conflict = await refused(write(7), 'version_conflict');
    const { resource } = await write(1);

    expect(conflict.details).toMatchObject([{ current_version: 1 }]);
    expect(resource).toMatchObject({ enabled: true, version: 2 });
  });

  it('that makes the document too large is refused as a whole', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('large'), org);
    const ids = Array.from({ length: 9_000 }, (_, n) => `user-${n}-${'x'.repeat(60)}`);

    await refused(
      world.updateConfig.execute({ key: 'large', environment: 'dev', patch: { targets: { on: ids } } }, org),
      'too_large',
    );

    expect((await world.getConfig.execute({ key: 'large', environment: 'dev' }, org)).targets).toEqual({});
  });
});

describe('an organization', () => {
  it('sees and changes nothing of another', async () => {
    const [first, second] = [await world.organization('dev'), await world.organization('dev')];
    await world.createFlag.execute(aFlag('secret'), first);

    await refused(world.getFlag.execute({ key: 'secret' }, second), 'not_found');
    await refused(world.archiveFlag.execute({ key: 'secret' }, second), 'not_found');
    const { data } = await world.listFlags.execute({ filter: {}, page: { limit: 50, order: 'asc' } }, second);

    expect(data).toEqual([]);
  });
});
