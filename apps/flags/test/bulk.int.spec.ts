import type { FlagDraft } from '#libs/contracts';
import { anAdmin, AN_EPOCH, deltaOf, flagsWorld, refused, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

const aFlag = (key: string, given: Partial<FlagDraft> = {}): FlagDraft => ({
  key,
  name: key,
  type: 'boolean',
  ...given,
});
const requires = (flag_key: string, required_variant = 'on') => ({ prerequisites: [{ flag_key, required_variant }] });

describe('many flags at once', () => {
  it('are created in one version and one delta, in their order, with a fact each and one audit entry', async () => {
    const org = await world.organization('dev');
    const items = Array.from({ length: 100 }, (_, n) => aFlag(`bulk.f${n}`));

    const { resource, ruleset_version } = await world.createFlags.execute({ items }, org);

    const facts = await world.facts(org);
    const keys = items.map(({ key }) => key);
    expect(resource.data.map(({ key }) => key)).toEqual(keys);
    expect(ruleset_version).toBe(`${AN_EPOCH}.0.2`);
    expect(deltaOf(facts).changes.map(({ ref }) => ref)).toEqual(keys.map((key) => `flag:${key}`));
    expect(facts.filter(({ type }) => type === 'flag.created').map(({ data }) => data['flag_key'])).toEqual(keys);
    const audited = facts.filter(({ type }) => type === 'audit.recorded').map(({ data }) => data);
    expect(audited).toMatchObject([
      { event: 'FlagCreated', resource_type: 'flags', resource_id: org.scope, metadata: { flag_keys: keys } },
    ]);
    expect(facts).toHaveLength(102);
    const { data } = await world.listConfigs.execute({ key: 'bulk.f99' }, org);
    expect(data).toMatchObject([{ environment: 'dev', version: 1, enabled: false }]);
  });

  it('may require each other, in any order', async () => {
    const org = await world.organization('dev');
    const items = [aFlag('above', requires('base')), aFlag('base')];

    const { resource } = await world.createFlags.execute({ items }, org);

    expect(resource.data[0]!.prerequisites).toEqual(requires('base').prerequisites);
  });

  it.each<[string, FlagDraft, string, string]>([
    ['a key that is none', aFlag('X'), 'invalid_flag_key', 'items[1].key'],
    ['a key that is taken', aFlag('taken'), 'already_exists', 'items[1].key'],
    ['a key twice', aFlag('first'), 'already_exists', 'items[1].key'],
    [
      'a prerequisite that is not there',
      aFlag('new', requires('no.such')),
      'unknown_prerequisite',
      'items[1].prerequisites[0].flag_key',
    ],
    [
      'a variant of the wrong type',
      aFlag('new', { variants: [{ name: 'a', value: 1, weight: 1 }] }),
      'invalid_variant',
      'items[1].variants[0].value',
    ],
  ])('are all refused when one has %s, and the refusal names that one', async (_, bad, code, field) => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('taken'), org);
    await world.facts(org);
    const before = await world.version(org);

    const error = await refused(world.createFlags.execute({ items: [aFlag('first'), bad] }, org), code);

    expect(error.details).toMatchObject([{ field }]);
    expect(await world.facts(org)).toEqual([]);
    expect(await world.version(org)).toBe(before);
    await refused(world.getFlag.execute({ key: 'first' }, org), 'not_found');
  });

  it('must not require each other in a cycle', async () => {
    const org = await world.organization('dev');
    const items = [aFlag('aaa', requires('bbb')), aFlag('bbb', requires('aaa'))];

    await refused(world.createFlags.execute({ items }, org), 'prerequisite_cycle');

    expect(await world.version(org)).toBe(1);
  });

  it('are archived in one version, together with flags that require each other; archived ones stay archived', async () => {
    const org = await world.organization('dev');
    const items = [aFlag('base'), aFlag('above', requires('base')), aFlag('old')];
    await world.createFlags.execute({ items }, org);
    await world.archiveFlag.execute({ key: 'old' }, org);
    await world.facts(org);

    const { resource } = await world.archiveFlags.execute({ keys: ['base', 'old', 'above', 'base'] }, org);

    expect(resource.data.map(({ key, version }) => [key, version])).toEqual([
      ['base', 2], ['old', 2], ['above', 2], ['base', 2],
    ]); // prettier-ignore
    expect(resource.data.every(({ archived_at }) => archived_at !== null)).toBe(true);
    const facts = await world.facts(org);
    expect(facts.map(({ type }) => type)).toEqual([
      'ruleset.changed', 'flag.archived', 'flag.archived', 'audit.recorded',
    ]); // prettier-ignore
    expect(facts[3]!.data).toMatchObject({ event: 'FlagArchived', metadata: { flag_keys: ['base', 'above'] } });
  });

  it('all stay live when one of them does not exist or is required by a flag that stays', async () => {
    const org = await world.organization('dev');
    await world.createFlags.execute({ items: [aFlag('free'), aFlag('base'), aFlag('above', requires('base'))] }, org);
    await world.facts(org);

    const required = await refused(world.archiveFlags.execute({ keys: ['free', 'base'] }, org), 'in_use');
    const missing = await refused(world.archiveFlags.execute({ keys: ['free', 'nothing'] }, org), 'not_found');

    expect(required.details).toMatchObject([{ field: 'keys[1]', flag_key: 'above' }]);
    expect(missing.details).toMatchObject([{ field: 'keys[1]' }]);
    expect(await world.facts(org)).toEqual([]);
    expect((await world.getFlag.execute({ key: 'free' }, org)).archived_at).toBeNull();
  });

  it('are refused together when one message cannot hold their documents', async () => {
    const org = await world.organization('dev');
    const keys = Array.from({ length: 19 }, (_, n) => `large.f${n}`);
    const on = Array.from({ length: 9_000 }, (_, n) => `${n}`.padStart(48, 'x'));
    await world.createFlags.execute({ items: keys.map((key) => aFlag(key)) }, org);
    for (const key of keys) {
      await world.updateConfig.execute({ key, environment: 'dev', patch: { targets: { on } } }, org);
    }
    await world.facts(org);

    // 450 KiB each: 8.3 MiB of documents, then 7.4 MiB.
    const { details } = await refused(world.archiveFlags.execute({ keys }, org), 'too_large');
    expect(details).toMatchObject([{ max_bytes: 8 * 1024 * 1024 - 64 * 1024 }]);
    expect(await world.facts(org)).toEqual([]);
    expect((await world.getFlag.execute({ key: keys[0]! }, org)).archived_at).toBeNull();

    await world.archiveFlags.execute({ keys: keys.slice(0, 17) }, org);
    expect(deltaOf(await world.facts(org)).changes).toHaveLength(17);
  }, 60_000);

  it('are at most 100; an empty list changes nothing', async () => {
    const org = anAdmin();
    const items = Array.from({ length: 101 }, (_, n) => aFlag(`f${n}`));

    await refused(world.createFlags.execute({ items }, org), 'batch_too_large');
    await refused(world.archiveFlags.execute({ keys: items.map(({ key }) => key) }, org), 'batch_too_large');
    const created = await world.createFlags.execute({ items: [] }, org);
    const archived = await world.archiveFlags.execute({ keys: [] }, org);

    expect(created).toEqual({ resource: { data: [] }, ruleset_version: `${AN_EPOCH}.0.0` });
    expect(archived).toEqual(created);
  });
});
