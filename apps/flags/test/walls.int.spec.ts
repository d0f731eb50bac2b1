import { jest } from '@jest/globals';
import { anAdmin, flagsWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

it('every table of organizations has row-level security, forced on its owner too', async () => {
  const open = await world.sql(`select class.relname from pg_class class
    join pg_attribute org on org.attrelid = class.oid and org.attname = 'org_id'
    where class.relkind = 'r' and class.relnamespace = 'flags'::regnamespace
      and not (class.relrowsecurity and class.relforcerowsecurity)`);

  expect(open).toEqual([]);
});

it('every foreign key has an index that begins with its columns', async () => {
  const bare = await world.sql(`select conrelid::regclass::text as table, conname from pg_constraint
    where contype = 'f' and connamespace = 'flags'::regnamespace and not exists (
      select from pg_index where indrelid = conrelid
        and (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey)`);
  const all = await world.sql(`select from pg_constraint where contype = 'f' and connamespace = 'flags'::regnamespace`);

  expect(bare).toEqual([]);
  expect(all.length).toBeGreaterThan(0);
});

it('the app role changes no row of another organization, whatever the query', async () => {
  const [first, second] = [await world.organization('dev'), anAdmin()];
  await world.createFlag.execute({ key: 'walled', name: 'x', type: 'boolean' }, first);

  const tables = ['flag', 'flag_config', 'environment', 'counter', 'flag_version'];
  const touched = await world.database.transaction(second.scope, async ({ manager }) => {
    const counts: number[] = [];
    for (const table of tables) {
      const rows: unknown = await manager.query(`with gone as (delete from ${table} returning 1) select from gone`);
      counts.push((rows as unknown[]).length);
    }
    return counts;
  });

  expect(touched).toEqual(tables.map(() => 0));
  const update = world.database.transaction(second.scope, ({ manager }) =>
    manager.query(`update counter set version = 99 where scope = 'platform'`),
  );
  await expect(update).rejects.toThrow(/row-level security/);
});

it('a list is one query, however long it is', async () => {
  const org = await world.organization('dev', 'prod');
  for (const key of ['one.a', 'one.b', 'one.c']) {
    await world.createFlag.execute({ key, name: key, type: 'boolean' }, org);
  }
  const queries = await queriesOf(() =>
    world.listFlags.execute({ filter: {}, page: { limit: 10, order: 'asc' } }, org),
  );

  expect(queries.filter((sql) => sql.includes('from flag'))).toHaveLength(1);
  // The other statement sets the counter of the page's bytes, and reads nothing.
  expect(queries.filter((sql) => sql !== `select set_config('app.page_bytes', '0', true)`)).toHaveLength(1);
});

/** The statements of the work, without those that open its transaction. */
async function queriesOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const statements: string[] = [];
  const read = world.database.read.bind(world.database);
  const spy = jest.spyOn(world.database, 'read').mockImplementation((scope, inner) =>
    read(scope, async (tx) => {
      const query = jest.spyOn(tx.manager, 'query');
      const result = await inner(tx);
      statements.push(...query.mock.calls.map(([sql]) => String(sql)));
      query.mockRestore();
      return result;
    }),
  );
  await work();
  spy.mockRestore();
  return statements;
}
