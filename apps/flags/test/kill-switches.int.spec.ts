import { flagsWorld, refused, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

const relink = { key: 'stop', patch: { linked_flag_keys: ['cart'] } };

describe('an edit of links that races with the activation', () => {
  it('is either before it, or refused; so no activation is followed by an edit without the permission', async () => {
    for (let round = 0; round < 10; round += 1) {
      const org = await world.organization('dev');
      await world.createKillSwitch.execute({ key: 'stop', name: 'Stop', linked_flag_keys: ['checkout'] }, org);
      const edit = () => world.updateKillSwitch.execute(relink, org);
      const activate = () => world.activateKillSwitch.execute({ key: 'stop', reason: 'fire' }, org);

      const racing = round % 2 === 0 ? [edit(), activate()] : [activate(), edit()];
      const results = await Promise.allSettled(racing);

      const edited = results[round % 2 === 0 ? 0 : 1]!;
      const [{ version: activated } = { version: 0 }] = await world.sql<{ version: number }>(
        `select (payload::jsonb -> 'data' ->> 'version')::int as version from outbox where subject like 'killswitch.activated.' || $1`,
        [org.scope],
      );
      const stored = await world.getKillSwitch.execute({ key: 'stop' }, org);
      expect(stored.is_active).toBe(true);
      expect(stored.linked_flag_keys).toEqual(edited.status === 'fulfilled' ? ['cart'] : ['checkout']);
      expect(activated).toBe(await world.version(org));
    }
  });

  it('has one winner when two people with the permission edit from one version', async () => {
    const org = await world.organization('dev');
    await world.createKillSwitch.execute({ key: 'stop', name: 'Stop', linked_flag_keys: ['checkout'] }, org);
    await world.activateKillSwitch.execute({ key: 'stop', reason: 'fire' }, org);
    const edit = (flag: string) =>
      world.updateKillSwitch.execute(
        { key: 'stop', patch: { linked_flag_keys: [flag] }, reason: 'x', may_activate: true, if_version: 2 },
        org,
      );

    const results = await Promise.allSettled([edit('a.flag'), edit('b.flag')]);

    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await refused(world.deleteKillSwitch.execute({ key: 'stop' }, org), 'kill_switch_active');
  });
});
