import { freshDatabase, type FreshDatabase } from '#libs/local-servers';
import pg from 'pg';
import { ROLE_SECRET, SERVICE, services } from '../../test/test-database.js';
import { prepareDatabase } from './prepare-database.js';
import { roleUrl, type DatabaseRole } from '../pool/settings.js';

describe('prepareDatabase', () => {
  let databases: FreshDatabase[];

  beforeAll(async () => {
    databases = [await freshDatabase(), await freshDatabase()];
    const urls = databases.flatMap(({ url }) => [url, url]);
    await Promise.all(urls.map((url) => prepareDatabase(url, services, ROLE_SECRET)));
  });
  afterAll(async () => {
    await Promise.all(databases.map((database) => database.drop()));
  });

  const as = async <R extends object>(role: DatabaseRole, sql: string): Promise<R[]> => {
    const url = roleUrl({ url: databases[0]?.url ?? '', roleSecret: ROLE_SECRET }, SERVICE, role);
    const client = new pg.Client({ connectionString: url, options: `-c search_path=${SERVICE}` });
    await client.connect();
    try {
      return (await client.query<R>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it('runs every migration once, although four jobs run at once in two databases', async () => {
    expect(await as('owner', 'select name from migration')).toEqual([{ name: 'CreateThings1760000000000' }]);
  });

  it('changes nothing when run again', async () => {
    await prepareDatabase(databases[0]?.url ?? '', services, ROLE_SECRET);

    expect(await as('owner', 'select name from migration')).toHaveLength(1);
  });

  it('creates roles that can neither bypass row-level security nor own tables at run time', async () => {
    const roles = await as<{ rolname: string }>(
      'owner',
      `select rolname, rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname like 'loom_${SERVICE}_%' order by 1`,
    );
    const harmless = { rolsuper: false, rolbypassrls: false, rolcreaterole: false };
    expect(roles).toEqual(
      ['app', 'owner', 'system'].map((role) => ({ rolname: `loom_${SERVICE}_${role}`, ...harmless })),
    );
    expect(await as('owner', `select distinct tableowner from pg_tables where schemaname = '${SERVICE}'`)).toEqual([
      { tableowner: `loom_${SERVICE}_owner` },
    ]);
  });

  it.each(['app', 'system'] as const)('does not let the %s role change or create tables', async (role) => {
    await expect(as(role, 'alter table thing disable row level security')).rejects.toMatchObject({ code: '42501' });
    await expect(as(role, 'create table mine (id int)')).rejects.toMatchObject({ code: '42501' });
  });

  it('applies row-level security to the owner as well', async () => {
    await as('system', `insert into thing values (gen_random_uuid(), gen_random_uuid(), 'someone''s')`);

    expect(await as('owner', 'select * from thing')).toEqual([]);
    await as(
      'owner',
      `do $$ begin
        alter table thing no force row level security;
        update thing set name = 'backfilled';
        alter table thing force row level security;
      end $$`,
    );
    expect(await as('system', 'select name from thing')).toEqual([{ name: 'backfilled' }]);
  });
});
