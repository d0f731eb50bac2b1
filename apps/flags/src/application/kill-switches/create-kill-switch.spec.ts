import { anAdmin, deltaOf, refused } from '../../../test/given.js';
import { killSwitchWorld } from './kill-switches.spec-support.js';

const draft = { key: 'stop_checkout', name: 'Stop', linked_flag_keys: ['checkout'] };

describe('CreateKillSwitch', () => {
  it('creates one that is not active, as one version with one fact and one audit entry', async () => {
    const { createKillSwitch, facts } = killSwitchWorld();
    const org = anAdmin();

    const { resource } = await createKillSwitch.execute(draft, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ key: 'stop_checkout', is_active: false, version: 1 });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'killswitch.created', 'audit.recorded']);
    expect(queued[1]!.data).toEqual({ kill_switch_key: 'stop_checkout', linked_flag_keys: ['checkout'], version: 1 });
    expect(deltaOf(queued).changes).toMatchObject([{ ref: 'kill_switch:stop_checkout', document: { version: 1 } }]);
  });

  it('refuses a taken key and an invalid one', async () => {
    const { createKillSwitch } = killSwitchWorld();
    const org = anAdmin();
    await createKillSwitch.execute(draft, org);

    await refused(createKillSwitch.execute(draft, org), 'already_exists');
    await refused(createKillSwitch.execute({ ...draft, key: 'Stop!' }, org), 'invalid_kill_switch_key');
  });
});
