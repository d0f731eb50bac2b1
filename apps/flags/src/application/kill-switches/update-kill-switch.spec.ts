import { anAdmin, refused } from '../../../test/given.js';
import { killSwitchWorld } from './kill-switches.spec-support.js';
import { UpdateKillSwitch } from './update-kill-switch.js';

const given = () => {
  const world = killSwitchWorld();
  return { ...world, updateKillSwitch: new UpdateKillSwitch(world.uow) };
};

describe('UpdateKillSwitch', () => {
  it('writes the patch as one version with one fact and one audit entry', async () => {
    const { updateKillSwitch, killSwitch, facts, auditIn } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');

    const command = { key: 'stop', patch: { linked_flag_keys: ['cart'] }, if_version: 1 };
    const { resource } = await updateKillSwitch.execute(command, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ linked_flag_keys: ['cart'], version: 2 });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'killswitch.updated', 'audit.recorded']);
    expect(auditIn(queued)).toMatchObject({ before: { linked_flag_keys: ['checkout'] }, after: resource });
  });

  it('leaves nothing behind when the patch changes nothing', async () => {
    const { updateKillSwitch, killSwitch, facts } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');

    await updateKillSwitch.execute({ key: 'stop', patch: { name: 'stop' } }, org);

    expect(facts(org)).toEqual([]);
  });

  it('refuses a version that is not the current one, and an unknown kill switch', async () => {
    const { updateKillSwitch, killSwitch } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');
    const command = { key: 'stop', patch: { name: 'Stop' } };

    await refused(updateKillSwitch.execute({ ...command, if_version: 3 }, org), 'version_conflict');
    await refused(updateKillSwitch.execute({ ...command, key: 'unknown' }, org), 'not_found');
    await refused(updateKillSwitch.execute(command, anAdmin()), 'not_found');
  });
});
