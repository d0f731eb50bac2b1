import { refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { ArchiveFlag } from './archive-flag.js';
import { ArchiveFlags } from './archive-flags.js';
import { GetFlag } from './get-flag.js';

const given = () => {
  const world = inMemoryWorld();
  return { ...world, archiveFlags: new ArchiveFlags(world.uow) };
};
const requires = (flag_key: string) => ({ prerequisites: [{ flag_key, required_variant: 'on' }] });

describe('ArchiveFlags', () => {
  it('archives flags that require each other together, in one version', async () => {
    const { archiveFlags, organization, flag, facts } = given();
    const org = await organization('dev');
    await flag(org, 'base');
    await flag(org, 'child', requires('base'));

    const { resource } = await archiveFlags.execute({ keys: ['base', 'child'] }, org);

    expect(resource.data.every(({ archived_at }) => archived_at !== null)).toBe(true);
    expect(facts(org).map(({ type }) => type)).toEqual([
      'ruleset.changed',
      'flag.archived',
      'flag.archived',
      'audit.recorded',
    ]);
  });

  it('archives nothing when another flag requires one of them, and names the item', async () => {
    const { archiveFlags, organization, flag, facts, uow } = given();
    const org = await organization('dev');
    await flag(org, 'other');
    await flag(org, 'base');
    await flag(org, 'child', requires('base'));

    const { details } = await refused(archiveFlags.execute({ keys: ['other', 'base'] }, org), 'in_use');

    expect(details).toMatchObject([{ field: 'keys[1]', flag_key: 'child' }]);
    expect(facts(org)).toEqual([]);
    expect((await new GetFlag(uow).execute({ key: 'other' }, org)).archived_at).toBeNull();
  });

  it('leaves flags that are archived already out of the facts and of the audit entry', async () => {
    const { archiveFlags, organization, flag, facts, auditIn, uow } = given();
    const org = await organization('dev');
    await flag(org, 'old');
    await flag(org, 'new');
    await new ArchiveFlag(uow).execute({ key: 'old' }, org);
    facts(org);

    const { resource } = await archiveFlags.execute({ keys: ['old', 'new'] }, org);

    const queued = facts(org);
    expect(resource.data.map(({ version }) => version)).toEqual([2, 2]);
    expect(queued.filter(({ type }) => type === 'flag.archived')).toHaveLength(1);
    expect(auditIn(queued)).toMatchObject({ resource_key: 'new' });
  });

  it('refuses an unknown key', async () => {
    const { archiveFlags, organization } = given();

    await refused(archiveFlags.execute({ keys: ['unknown'] }, await organization('dev')), 'not_found');
  });
});
