import { refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { UpdateConfig } from '../configs/update-config.js';
import { ArchiveFlag } from '../flags/archive-flag.js';
import { UpdateFlag } from '../flags/update-flag.js';
import { RollbackFlag } from './rollback-flag.js';

const given = () => {
  const world = inMemoryWorld();
  return { ...world, rollbackFlag: new RollbackFlag(world.uow, world.ids), updateFlag: new UpdateFlag(world.uow) };
};

describe('RollbackFlag', () => {
  it('restores an earlier state of the flag as a new version', async () => {
    const { rollbackFlag, updateFlag, organization, flag, facts, auditIn } = given();
    const org = await organization('dev');
    await flag(org, 'checkout', { description: 'first' });
    await updateFlag.execute({ key: 'checkout', patch: { description: 'second' } }, org);
    facts(org);

    const command = { key: 'checkout', to_version: 1, if_version: 2, note: 'mistake' };
    const { resource } = await rollbackFlag.execute(command, org);

    expect(resource).toMatchObject({ description: 'first', version: 3 });
    expect(auditIn(facts(org))).toMatchObject({
      event: 'FlagRolledBack',
      action: 'rollback',
      note: 'mistake',
      metadata: { to_version: 1 },
    });
  });

  it('restores an earlier state of a config, with the version check of the config', async () => {
    const { rollbackFlag, organization, flag, config } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');
    await config(org, 'checkout', 'dev', { enabled: true });
    await config(org, 'checkout', 'dev', { enabled: false });
    const command = { key: 'checkout', to_version: 3 };

    await refused(rollbackFlag.execute({ ...command, if_version: 1 }, org), 'version_conflict');
    const { resource } = await rollbackFlag.execute({ ...command, if_version: 3 }, org);

    expect(resource).toMatchObject({ environment: 'dev', enabled: true, version: 4 });
  });

  it('restores the state that a config began with, and reports when nothing differs', async () => {
    const { rollbackFlag, organization, flag, config, facts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');
    await config(org, 'checkout', 'dev', { enabled: true, rules: [{ conditions: [] }] });

    const first = await rollbackFlag.execute({ key: 'checkout', to_version: 2 }, org);
    facts(org);
    const again = await rollbackFlag.execute({ key: 'checkout', to_version: 2 }, org);
    const details = await rollbackFlag.execute({ key: 'checkout', to_version: 1 }, org);

    expect(first.resource).toMatchObject({ changed: true, environment: 'dev', enabled: false, rules: [], version: 3 });
    expect(again.resource).toMatchObject({ changed: false, environment: 'dev', version: 3 });
    expect(details.resource).toMatchObject({ changed: false, key: 'checkout', version: 1 });
    expect(facts(org)).toEqual([]);
  });

  it('refuses a config of a protected environment without the version that was seen', async () => {
    const { rollbackFlag, directory, ids, organization, flag } = given();
    const org = await organization({ name: 'prod', protected: true });
    await flag(org, 'checkout');
    const updateConfig = new UpdateConfig(directory, ids);
    await updateConfig.execute({ key: 'checkout', environment: 'prod', patch: { enabled: true }, if_version: 1 }, org);

    await refused(rollbackFlag.execute({ key: 'checkout', to_version: 2 }, org), 'precondition_required');
  });

  it('refuses an unknown flag or version, a state that is not valid any more, and an archived flag', async () => {
    const { rollbackFlag, updateFlag, organization, flag, uow } = given();
    const org = await organization('dev');
    await flag(org, 'base');
    await flag(org, 'child', { prerequisites: [{ flag_key: 'base', required_variant: 'on' }] });
    await updateFlag.execute({ key: 'child', patch: { prerequisites: [] } }, org);
    const archiveFlag = new ArchiveFlag(uow);
    await archiveFlag.execute({ key: 'base' }, org);

    await refused(rollbackFlag.execute({ key: 'unknown', to_version: 1 }, org), 'not_found');
    await refused(rollbackFlag.execute({ key: 'child', to_version: 9 }, org), 'not_found');
    await refused(rollbackFlag.execute({ key: 'child', to_version: 0 }, org), 'not_found');
    await refused(rollbackFlag.execute({ key: 'child', to_version: 0.5 }, org), 'invalid_type');
    await refused(rollbackFlag.execute({ key: 'child', to_version: 1 }, org), 'unknown_prerequisite');
    await archiveFlag.execute({ key: 'child' }, org);
    await refused(rollbackFlag.execute({ key: 'child', to_version: 1 }, org), 'archived');
  });
});
