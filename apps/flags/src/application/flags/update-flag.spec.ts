import type { FlagMetadata } from '#libs/contracts';
import { deltaOf, refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { ArchiveFlag } from './archive-flag.js';
import { UpdateFlag } from './update-flag.js';

const given = () => {
  const world = inMemoryWorld();
  return { ...world, updateFlag: new UpdateFlag(world.uow) };
};
const variants = [
  { name: 'off', value: false, weight: 1 },
  { name: 'on', value: true, weight: 1 },
  { name: 'beta', value: true, weight: 1 },
];
const withoutBeta = { variants: variants.slice(0, 2) };

describe('UpdateFlag', () => {
  it('writes the patch as one version with one fact and one audit entry', async () => {
    const { updateFlag, organization, flag, facts, auditIn } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    const { resource } = await updateFlag.execute({ key: 'checkout', patch: { name: 'Checkout' } }, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ name: 'Checkout', version: 2 });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.updated', 'audit.recorded']);
    expect(queued[1]!.data).toMatchObject({ changed: ['details'], environments: [] });
    expect(auditIn(queued)).toMatchObject({ event: 'FlagUpdated', before: { name: 'checkout' }, after: resource });
  });

  it('leaves nothing behind when the patch changes nothing', async () => {
    const { updateFlag, organization, flag, facts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    const { resource } = await updateFlag.execute({ key: 'checkout', patch: { name: 'checkout' } }, org);

    expect(resource.version).toBe(1);
    expect(facts(org)).toEqual([]);
  });

  it('refuses an unknown flag, a version that is not the current one, and an archived flag', async () => {
    const { updateFlag, organization, flag, uow } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');
    const command = { key: 'checkout', patch: { name: 'Checkout' } };

    await refused(updateFlag.execute({ ...command, key: 'unknown' }, org), 'not_found');
    const { details } = await refused(updateFlag.execute({ ...command, if_version: 2 }, org), 'version_conflict');
    expect(details).toMatchObject([{ current_version: 1 }]);
    await new ArchiveFlag(uow).execute({ key: 'checkout' }, org);
    await refused(updateFlag.execute(command, org), 'archived');
  });

  it('refuses to remove a variant that a config or another flag names', async () => {
    const { updateFlag, organization, flag, config } = given();
    const org = await organization('dev');
    await flag(org, 'checkout', { variants });
    await flag(org, 'child', { prerequisites: [{ flag_key: 'checkout', required_variant: 'beta' }] });
    await config(org, 'checkout', 'dev', { targets: { beta: ['u1'] } });

    const { details } = await refused(
      updateFlag.execute({ key: 'checkout', patch: withoutBeta }, org),
      'variant_in_use',
    );

    expect(details).toMatchObject([{ message: 'a configuration names it' }, { flag_key: 'child' }]);
  });

  it('removes a variant that only a deleted environment names', async () => {
    const { updateFlag, organization, flag, config, uow } = given();
    const org = await organization('dev');
    await flag(org, 'checkout', { variants });
    await config(org, 'checkout', 'dev', { targets: { beta: ['u1'] } });
    await uow.change(org, async (tx) => {
      const [dev] = await tx.environments.list();
      await tx.environments.save({ ...dev!, isDeleted: true });
      tx.ruleset.remove(`environment:${dev!.id}`);
    });

    const { resource } = await updateFlag.execute({ key: 'checkout', patch: withoutBeta }, org);

    expect(resource.variants).toHaveLength(2);
  });

  it('refuses prerequisites that make a cycle, and names its path', async () => {
    const { updateFlag, organization, flag } = given();
    const org = await organization('dev');
    await flag(org, 'base');
    await flag(org, 'child', { prerequisites: [{ flag_key: 'base', required_variant: 'on' }] });
    const patch = { prerequisites: [{ flag_key: 'child', required_variant: 'on' }] };

    const { details } = await refused(updateFlag.execute({ key: 'base', patch }, org), 'prerequisite_cycle');

    expect(details).toMatchObject([{ path: ['base', 'child', 'base'] }]);
  });
});

describe('the metadata of a flag', () => {
  it('is stored, replaced as a whole, and part of the ruleset', async () => {
    const { uow, organization, flag, facts } = inMemoryWorld();
    const org = await organization('dev');
    await flag(org, 'checkout', { metadata: { owner: 'a', tier: 1 } });
    const edit = (metadata: FlagMetadata) => new UpdateFlag(uow).execute({ key: 'checkout', patch: { metadata } }, org);

    const { resource } = await edit({ owner: 'b' });

    expect(resource).toMatchObject({ metadata: { owner: 'b' }, version: 2 });
    expect(resource.metadata).not.toHaveProperty('tier');
    expect(JSON.stringify(deltaOf(facts(org)))).toContain('"metadata":{"owner":"b"}');
    expect((await edit({ owner: 'b' })).resource.version).toBe(2);
  });
});
