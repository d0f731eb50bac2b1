import { anAdmin, refused } from '../../../test/given.js';
import { ActivateKillSwitch } from './activate-kill-switch.js';
import { DeactivateKillSwitch } from './deactivate-kill-switch.js';
import { killSwitchWorld } from './kill-switches.spec-support.js';

const given = () => {
  const world = killSwitchWorld();
  return {
    ...world,
    activateKillSwitch: new ActivateKillSwitch(world.uow),
    deactivateKillSwitch: new DeactivateKillSwitch(world.uow),
  };
};

describe('DeactivateKillSwitch', () => {
  it('turns the switch off and clears its reason, which the audit log keeps', async () => {
    const { activateKillSwitch, deactivateKillSwitch, killSwitch, facts, auditIn } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');
    await activateKillSwitch.execute({ key: 'stop', reason: 'refund bug' }, org);
    facts(org);

    const { resource } = await deactivateKillSwitch.execute({ key: 'stop', if_version: 2, reason: 'mended' }, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ is_active: false, activation_reason: null, version: 3 });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'killswitch.deactivated', 'audit.recorded']);
    expect(auditIn(queued)).toMatchObject({ reason: 'mended', before: { activation_reason: 'refund bug' } });
  });

  it('leaves a switch that is off as it is', async () => {
    const { deactivateKillSwitch, killSwitch, facts } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');

    expect((await deactivateKillSwitch.execute({ key: 'stop' }, org)).resource.version).toBe(1);
    expect(facts(org)).toEqual([]);
  });

  it('refuses a version that is not the current one', async () => {
    const { deactivateKillSwitch, killSwitch } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');

    await refused(deactivateKillSwitch.execute({ key: 'stop', if_version: 2 }, org), 'version_conflict');
  });
});
