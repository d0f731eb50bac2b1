import { deltaOf, refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { ArchiveFlag } from './archive-flag.js';

const given = () => {
  const world = inMemoryWorld();
  return { ...world, archiveFlag: new ArchiveFlag(world.uow) };
};

describe('ArchiveFlag', () => {
  it('archives as one version with one fact and one audit entry', async () => {
    const { archiveFlag, organization, flag, facts, clock } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    const { resource } = await archiveFlag.execute({ key: 'checkout' }, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ archived_at: clock.now().toISOString(), version: 2 });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.archived', 'audit.recorded']);
    expect(deltaOf(queued).changes).toMatchObject([{ ref: 'flag:checkout', document: { archived: true } }]);
  });

  it('leaves an archived flag as it is', async () => {
    const { archiveFlag, organization, flag, facts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');
    await archiveFlag.execute({ key: 'checkout' }, org);
    facts(org);

    const { resource } = await archiveFlag.execute({ key: 'checkout' }, org);

    expect(resource.version).toBe(2);
    expect(facts(org)).toEqual([]);
  });

  it('refuses while a live flag requires it, and names that flag', async () => {
    const { archiveFlag, organization, flag } = given();
    const org = await organization('dev');
    await flag(org, 'base');
    await flag(org, 'child', { prerequisites: [{ flag_key: 'base', required_variant: 'on' }] });

    const { details } = await refused(archiveFlag.execute({ key: 'base' }, org), 'in_use');
    expect(details).toEqual([{ message: 'child requires it', flag_key: 'child' }]);

    await archiveFlag.execute({ key: 'child' }, org);
    expect((await archiveFlag.execute({ key: 'base' }, org)).resource.archived_at).not.toBeNull();
  });

  it('refuses a version that is not the current one', async () => {
    const { archiveFlag, organization, flag } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    await refused(archiveFlag.execute({ key: 'checkout', if_version: 7 }, org), 'version_conflict');
  });
});
