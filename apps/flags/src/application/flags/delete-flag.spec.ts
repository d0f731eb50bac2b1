import { deltaOf, refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { ArchiveFlag } from './archive-flag.js';
import { DeleteFlag } from './delete-flag.js';

const given = () => {
  const world = inMemoryWorld();
  return { ...world, archiveFlag: new ArchiveFlag(world.uow), deleteFlag: new DeleteFlag(world.uow) };
};

describe('DeleteFlag', () => {
  it('deletes an archived flag for good, so that its key is free', async () => {
    const { archiveFlag, deleteFlag, organization, flag, facts } = given();
    const org = await organization('dev');
    const id = await flag(org, 'checkout');
    await archiveFlag.execute({ key: 'checkout' }, org);
    facts(org);

    const { resource } = await deleteFlag.execute({ key: 'checkout', if_version: 2 }, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ id, version: 2 });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.deleted', 'audit.recorded']);
    expect(deltaOf(queued).changes).toEqual([{ ref: 'flag:checkout', document: null }]);
    expect(await flag(org, 'checkout')).not.toBe(id);
  });

  it('refuses a live flag', async () => {
    const { deleteFlag, organization, flag, facts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    const { details } = await refused(deleteFlag.execute({ key: 'checkout' }, org), 'in_use');

    expect(details).toEqual([{ field: 'archived_at', message: 'the flag is live' }]);
    expect(facts(org)).toEqual([]);
  });

  it('refuses a version that is not the current one, and an unknown flag', async () => {
    const { deleteFlag, organization, flag } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    await refused(deleteFlag.execute({ key: 'checkout', if_version: 2 }, org), 'version_conflict');
    await refused(deleteFlag.execute({ key: 'unknown' }, org), 'not_found');
  });
});
