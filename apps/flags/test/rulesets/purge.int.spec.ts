import { PurgeDeleted } from '../../src/application/rulesets/purge-deleted.js';
import { PostgresPurgeStore } from '../../src/db/purge.store.js';
import { anEnvironmentFact, flagsWorld, type World } from '../world.js';

const DAY_MS = 86_400_000;
let world: World;
let purge: PurgeDeleted;
beforeAll(async () => {
  world = await flagsWorld();
  purge = new PurgeDeleted(new PostgresPurgeStore(world.database), world.clock);
});
afterAll(() => world.stop());

const left = async (scope: string) =>
  (
    await world.sql<{ what: string }>(
      `select 'environment ' || name as what from environment where org_id = $1
       union all select 'segment ' || key from segment where org_id = $1
       union all select 'strategy ' || name from strategy where org_id = $1
       union all select 'kill_switch ' || key from kill_switch where org_id = $1
       union all select 'config ' || environment from flag_config where org_id = $1 order by what`,
      [scope],
    )
  ).map(({ what }) => what);

it('removes deleted rows after 30 days, with the configs of deleted environments, and keeps live ones', async () => {
  const org = await world.organization('dev', 'old');
  await world.createFlag.execute({ key: 'flag', name: 'x', type: 'boolean' }, org);
  for (const key of ['live', 'gone']) {
    await world.createSegment.execute({ key, name: key }, org);
    await world.createKillSwitch.execute({ key, name: key, linked_flag_keys: [] }, org);
    const { resource } = await world.createStrategy.execute({ name: key, conditions: [] }, org);
    if (key === 'gone') await world.deleteStrategy.execute({ id: resource.id }, org);
  }
  await world.deleteSegment.execute({ key: 'gone' }, org);
  await world.deleteKillSwitch.execute({ key: 'gone' }, org);
  const [dev, old] = world.accounts.environments.filter(({ scope }) => scope === org.scope);
  const deleted = { ...old!, isDeleted: true };
  await world.learnEnvironment.execute(anEnvironmentFact('deleted', deleted), deleted);
  await world.sql('update environment set deleted_at = $2 where deleted_at is not null and org_id = $1', [
    org.scope, world.clock.now(),
  ]); // prettier-ignore
  const before = await left(org.scope);
  const version = await world.version(org);

  world.clock.advance(30 * DAY_MS);
  await purge.execute();
  const afterThirtyDays = await left(org.scope);
  world.clock.advance(1);
  await Promise.all([purge.execute(), purge.execute()]);
  await purge.execute();

  expect(before).toHaveLength(9);
  expect(afterThirtyDays).toEqual(before);
  expect(await left(org.scope)).toEqual([
    `config ${dev!.id}`, 'environment dev', 'kill_switch live', 'segment live', 'strategy live',
  ]); // prettier-ignore
  expect(await world.version(org)).toBe(version);
});

it('does nothing while another replica purges', async () => {
  const org = await world.organization('dev');
  await world.createSegment.execute({ key: 'gone', name: 'x' }, org);
  await world.deleteSegment.execute({ key: 'gone' }, org);
  world.clock.advance(31 * DAY_MS);

  await world.database.systemTransaction(async ({ manager }) => {
    await manager.query(`select pg_advisory_xact_lock(hashtextextended('loom_flags_purge', 0))`);
    await purge.execute();
  });
  expect(await left(org.scope)).toContain('segment gone');

  await purge.execute();
  expect(await left(org.scope)).not.toContain('segment gone');
});
