import { anAdmin, deltaOf, refused } from '../../../test/given.js';
import { ActivateKillSwitch } from './activate-kill-switch.js';
import { DeactivateKillSwitch } from './deactivate-kill-switch.js';
import { DeleteKillSwitch } from './delete-kill-switch.js';
import { killSwitchWorld } from './kill-switches.spec-support.js';

const given = () => {
  const world = killSwitchWorld();
  return { ...world, deleteKillSwitch: new DeleteKillSwitch(world.uow) };
};

describe('DeleteKillSwitch', () => {
  it('removes the switch from the ruleset, and frees its key', async () => {
    const { deleteKillSwitch, killSwitch, facts } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');

    const { resource } = await deleteKillSwitch.execute({ key: 'stop' }, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ key: 'stop', is_active: false, version: 1 });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'killswitch.deleted', 'audit.recorded']);
    expect(deltaOf(queued).changes).toEqual([{ ref: 'kill_switch:stop', document: null }]);
    await killSwitch(org, 'stop');
  });

  it('refuses an active one, until it is deactivated', async () => {
    const { deleteKillSwitch, killSwitch, facts, uow } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');
    await new ActivateKillSwitch(uow).execute({ key: 'stop', reason: 'refund bug' }, org);
    facts(org);

    await refused(deleteKillSwitch.execute({ key: 'stop' }, org), 'kill_switch_active');

    expect(facts(org)).toEqual([]);
    await new DeactivateKillSwitch(uow).execute({ key: 'stop' }, org);
    await deleteKillSwitch.execute({ key: 'stop' }, org);
  });

  it('refuses a version that is not the current one, and a switch that is deleted already', async () => {
    const { deleteKillSwitch, killSwitch } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');

    await refused(deleteKillSwitch.execute({ key: 'stop', if_version: 2 }, org), 'version_conflict');
    await deleteKillSwitch.execute({ key: 'stop', if_version: 1 }, org);
    await refused(deleteKillSwitch.execute({ key: 'stop' }, org), 'not_found');
  });
});
