import { uuidv7 } from 'uuidv7';
import { freshDatabase, type FreshDatabase } from '#libs/local-servers';
import { testDatabase, type TestDatabase } from './world.js';

const ORG_A = '01900000-0000-7000-8000-00000000000a';
const ORG_B = '01900000-0000-7000-8000-00000000000b';
const TENANT_TABLES = ['organization', 'environment', 'member', 'member_invitation', 'api_key'];

describe('row-level security', () => {
  let fresh: FreshDatabase;
  let database: TestDatabase;
  const environments: Record<string, string> = { [ORG_A]: uuidv7(), [ORG_B]: uuidv7() };

  beforeAll(async () => {
    fresh = await freshDatabase();
    database = await testDatabase(fresh.url);
    const user = uuidv7();
    await database.sql(`insert into app_user values ($1, 'a@b.c', 'x', false, 1, now(), now())`, [user]);
    for (const [index, org] of [ORG_A, ORG_B].entries()) {
      await database.sql(`insert into organization values ($1, $1, $2, 'x', 1, now(), now())`, [org, `org-${index}`]);
      await database.sql(`insert into environment values ($1, $2, 'prod', null, true, 1, 1, now(), now(), null)`, [
        environments[org],
        org,
      ]);
      await database.sql(`insert into member values ($1, $2, $3, 'admin', '{}', 1, now(), now(), null)`, [
        uuidv7(),
        org,
        user,
      ]);
      await database.sql(
        `insert into member_invitation values ($1, $2, 'a@b.c', 'admin', '{}', $3, 'root', now(), now(), now())`,
        [uuidv7(), org, `hash-${index}`],
      );
      await database.sql(insertKey(org, environments[org]!, index));
    }
  });
  afterAll(async () => {
    await database.close();
    await fresh.drop();
  });

  const insertKey = (org: string, environment: string, index: number): string =>
    `insert into api_key values ('${uuidv7()}', '${org}', '${environment}', 'flags_server', 'x', 'lookup-${index}', 'x',
      '{}', 'x', now(), now())`;

  it.each(TENANT_TABLES)(
    'shows the app role only its own rows of %s, and none without an organization',
    async (table) => {
      const read = `select org_id from ${table}`;

      await expect(database.as('app', ORG_A, read)).resolves.toEqual([{ org_id: ORG_A }]);
      await expect(database.as('app', '', read)).resolves.toEqual([]);
      await expect(database.as('system', '', read)).resolves.toHaveLength(2);
    },
  );

  it.each(TENANT_TABLES)('lets the app role change no row of another organization in %s', async (table) => {
    await expect(
      database.as('app', ORG_A, `update ${table} set updated_at = now() where org_id = '${ORG_B}' returning 1 as one`),
    ).resolves.toEqual([]);
    await expect(
      database.as('app', ORG_A, `delete from ${table} where org_id = '${ORG_B}' returning 1 as one`),
    ).resolves.toEqual([]);
  });

  it('refuses rows of another organization', async () => {
    await expect(database.as('app', ORG_A, insertKey(ORG_B, environments[ORG_B]!, 7))).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('refuses a key of the environment of another organization', async () => {
    await expect(database.as('app', ORG_A, insertKey(ORG_A, environments[ORG_B]!, 8))).rejects.toMatchObject({
      code: '23503',
    });
  });

  it.each(['session', 'refresh_token', 'signing_key', 'invitation', 'setup', 'job', 'password_reset'])(
    'lets the app role not read %s',
    async (table) => {
      await expect(database.as('app', ORG_A, `select 1 from ${table}`)).rejects.toMatchObject({ code: '42501' });
    },
  );

  it('lets the app role read of people only whether they can sign in', async () => {
    await expect(database.as('app', ORG_A, 'select id, can_sign_in from app_user')).resolves.toMatchObject([
      { can_sign_in: true },
    ]);
    await expect(database.as('app', ORG_A, 'select email from app_user')).rejects.toMatchObject({ code: '42501' });
  });

  it('allows one user per address, whatever its case', async () => {
    const again = `insert into app_user values ('${uuidv7()}', 'A@B.C', 'x', false, 1, now(), now())`;

    await expect(database.sql(again)).rejects.toMatchObject({ code: '23505' });
  });

  it('has an index for every foreign key', async () => {
    const missing = await database.sql(`
      select c.conrelid::regclass::text as of, c.conname
      from pg_constraint c
      where c.contype = 'f' and c.connamespace = 'accounts'::regnamespace
        and not exists (
          select 1 from pg_index i
          where i.indrelid = c.conrelid and i.indpred is null
            and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
        )`);

    expect(missing).toEqual([]);
  });
});
