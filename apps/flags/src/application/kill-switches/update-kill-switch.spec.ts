import { anAdmin, deltaOf, refused } from '../../../test/given.js';
import { ActivateKillSwitch } from './activate-kill-switch.js';
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

  describe('of an active switch', () => {
    const relink = { key: 'stop', patch: { linked_flag_keys: ['cart'] } };
    const active = async () => {
      const world = given();
      const org = anAdmin();
      await world.killSwitch(org, 'stop');
      await new ActivateKillSwitch(world.uow).execute({ key: 'stop', reason: 'refund bug' }, org);
      world.facts(org);
      return { ...world, org };
    };

    it('changes the links only with the permission and a reason, as a notice in the audit log', async () => {
      const { updateKillSwitch, org, facts, auditIn } = await active();

      await refused(updateKillSwitch.execute({ ...relink, reason: 'I say so' }, org), 'forbidden');
      await refused(updateKillSwitch.execute({ ...relink, reason: 'x', may_activate: false }, org), 'forbidden');
      await refused(updateKillSwitch.execute({ ...relink, may_activate: true }, org), 'reason_required');
      await refused(updateKillSwitch.execute({ ...relink, may_activate: true, reason: ' ' }, org), 'reason_required');
      expect(facts(org)).toEqual([]);

      const command = { ...relink, may_activate: true, reason: ' checkout is mended ' };
      const { resource } = await updateKillSwitch.execute(command, org);

      const queued = facts(org);
      expect(resource).toMatchObject({ linked_flag_keys: ['cart'], activation_reason: 'refund bug', version: 3 });
      expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'killswitch.updated', 'audit.recorded']);
      expect(deltaOf(queued).changes).toMatchObject([{ document: { is_active: true, linked_flag_keys: ['cart'] } }]);
      expect(auditIn(queued)).toMatchObject({ severity: 'notice', reason: 'checkout is mended' });
      await updateKillSwitch.execute(relink, org);
      expect(facts(org)).toEqual([]);
    });

    it('leaves name and description free to edit, and links that are sent unchanged', async () => {
      const { updateKillSwitch, org, facts, auditIn } = await active();

      const patch = { name: 'Halt', linked_flag_keys: ['checkout'] };
      await updateKillSwitch.execute({ key: 'stop', patch }, org);

      expect(auditIn(facts(org))).toMatchObject({ severity: 'info', after: { name: 'Halt', is_active: true } });
    });
  });
});
