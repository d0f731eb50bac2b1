import { anAdmin, deltaOf, refused } from '../../../test/given.js';
import { ActivateKillSwitch } from './activate-kill-switch.js';
import { killSwitchWorld } from './kill-switches.spec-support.js';

const given = () => {
  const world = killSwitchWorld();
  return { ...world, activateKillSwitch: new ActivateKillSwitch(world.uow) };
};

describe('ActivateKillSwitch', () => {
  it('turns the switch on, as one version with one fact and one audit entry', async () => {
    const { activateKillSwitch, killSwitch, facts, auditIn, clock } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');

    const { resource } = await activateKillSwitch.execute({ key: 'stop', reason: ' refund bug ' }, org);

    const queued = facts(org);
    expect(resource).toMatchObject({
      is_active: true,
      activation_reason: 'refund bug',
      activated_by: org.actor.id,
      activated_at: clock.now().toISOString(),
    });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'killswitch.activated', 'audit.recorded']);
    expect(queued[1]!.data).toMatchObject({ version: 2, reason: 'refund bug', linked_flag_keys: ['checkout'] });
    expect(deltaOf(queued).changes).toMatchObject([{ document: { is_active: true } }]);
    expect(auditIn(queued)).toMatchObject({ event: 'KillSwitchActivated', reason: 'refund bug' });
  });

  it('replaces reason and time of an active one', async () => {
    const { activateKillSwitch, killSwitch, clock } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');
    await activateKillSwitch.execute({ key: 'stop', reason: 'first' }, org);
    clock.advance(1_000);

    const { resource } = await activateKillSwitch.execute({ key: 'stop', reason: 'second' }, org);

    expect(resource).toMatchObject({
      activation_reason: 'second',
      activated_at: clock.now().toISOString(),
      version: 3,
    });
  });

  it('refuses an activation without a reason', async () => {
    const { activateKillSwitch, killSwitch, facts } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');

    await refused(activateKillSwitch.execute({ key: 'stop', reason: ' ' }, org), 'reason_required');
    expect(facts(org)).toEqual([]);
  });

  it('refuses a version that is not the current one', async () => {
    const { activateKillSwitch, killSwitch } = given();
    const org = anAdmin();
    await killSwitch(org, 'stop');

    await refused(activateKillSwitch.execute({ key: 'stop', reason: 'why', if_version: 2 }, org), 'version_conflict');
  });
});
