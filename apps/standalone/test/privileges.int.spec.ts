import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/local-servers';
import { prepareDatabase } from '#libs/postgres';
import { asRole, ROLE_SECRET } from '#libs/testing';
import { accountsMigrations } from '../../accounts/src/index.js';
import { analyticsMigrations } from '../../analytics/src/index.js';
import { auditMigrations } from '../../audit/src/index.js';
import { flagsMigrations } from '../../flags/src/index.js';

const migrations = [accountsMigrations, flagsMigrations, auditMigrations, analyticsMigrations];
const [ORG, OTHER] = ['01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000b'];

/**
 * What the app role may do with tables that are not simply rows of one organization: S select, I insert, U update, D delete. Every
 * other table must be bound by row-level security, or be out of its reach.
 */
const RIGHTS: Readonly<Record<string, string>> = {
  'accounts.app_user': '',
  'accounts.invitation': '',
  'accounts.job': '',
  'accounts.migration': '',
  'accounts.refresh_token': '',
  'accounts.session': '',
  'accounts.setup': '',
  'accounts.signing_key': '',
  'analytics.event': 'S',
  'analytics.event_hour': 'S',
  'analytics.event_seen': '',
  'analytics.migration': '',
  'analytics.organization_setting': 'S',
  'audit.chain_head': 'S',
  'audit.dead_letter_replay': 'SID',
  'audit.entry': 'SI',
  'audit.migration': '',
  'flags.epoch': 'S',
  'flags.migration': '',
  ...Object.fromEntries(
    ['accounts', 'flags', 'audit', 'analytics'].flatMap((service) => [
      [`${service}.outbox`, 'I'],
      [`${service}.inbox`, ''],
      [`${service}.inbox_entity`, ''],
      [`${service}.idempotency`, ''],
    ]),
  ),
};
const ALL = 'SIUD';

interface TableRow {
  readonly name: string;
  readonly rights: string;
  readonly system: string;
  readonly has_walls: boolean;
}
const rightsOf = (role: string): string =>
  `concat(${[
    ['select', 'S'],
    ['insert', 'I'],
    ['update', 'U'],
    ['delete', 'D'],
  ]
    .map(
      ([what, letter]) =>
        `case when has_table_privilege('loom_' || n.nspname || '_${role}', c.oid, '${what}') then '${letter}' end`,
    )
    .join(', ')})`;
const TABLES = `select n.nspname || '.' || c.relname as name, ${rightsOf('app')} as rights, ${rightsOf('system')} as system,
    c.relrowsecurity and c.relforcerowsecurity as has_walls
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('accounts', 'flags', 'audit', 'analytics') and c.relkind in ('r', 'p') and not c.relispartition
  order by 1`;
/** Rights that no service role has on any table. */
const FOREIGN = `select n.nspname || '.' || c.relname as name, role.rolname as role, what
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  cross join pg_roles role cross join unnest(array['truncate', 'references', 'trigger']) as what
  where n.nspname in ('accounts', 'flags', 'audit', 'analytics') and c.relkind in ('r', 'p')
    and role.rolname ~ '^loom_(accounts|flags|audit|analytics)_(app|system)$' and has_table_privilege(role.rolname, c.oid, what)`;

describe('privileges of the service roles', () => {
  let fresh: FreshDatabase;
  let client: pg.Client;
  let tables: readonly TableRow[];

  beforeAll(async () => {
    fresh = await freshDatabase();
    await prepareDatabase(fresh.url, migrations, ROLE_SECRET);
    client = new pg.Client({ connectionString: fresh.url });
    await client.connect();
    tables = (await client.query<TableRow>(TABLES)).rows;
  }, 120_000);
  afterAll(async () => {
    await client?.end();
    await fresh?.drop();
  });

  it('of the app role are those of the list; elsewhere row-level security binds it', () => {
    const unlisted = tables.filter(({ name }) => RIGHTS[name] === undefined);
    const listed = tables.filter(({ name }) => RIGHTS[name] !== undefined);

    expect(Object.fromEntries(listed.map(({ name, rights }) => [name, rights]))).toEqual(
      Object.fromEntries(listed.map(({ name }) => [name, RIGHTS[name]])),
    );
    expect(unlisted.length).toBeGreaterThan(10);
    const open = unlisted.filter(({ has_walls, rights }) => !has_walls && rights !== '');
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  it('of the system role leave out the table of migrations, and changes of what never changes', () => {
    const less = tables.filter(({ system }) => system !== ALL).map(({ name, system }) => [name, system]);

    expect(Object.fromEntries(less)).toMatchObject({
      'accounts.migration': '',
      'analytics.migration': '',
      'audit.migration': '',
      'flags.migration': '',
      'flags.epoch': 'SIU',
      'audit.entry': 'SI',
      'audit.chain_head': 'SIU',
      'audit.dead_letter_replay': 'SID',
    });
  });

  it('include no truncate, references or trigger, and no table of another service', async () => {
    expect((await client.query(FOREIGN)).rows).toEqual([]);
  });

  it('show the entries of the platform, its chain and replays to transactions of the platform alone', async () => {
    const columns = 'id, org_id, seq, timestamp, event, severity, actor_id, resource_type, request_id, text, hash';
    const entry = (org: string) =>
      `insert into entry (${columns}) values (gen_random_uuid(), ${org}, 1, now(), 'E', 'info', 'a', 't', 'r', '{}', decode(repeat('00', 32), 'hex'))`;
    await client.query(`set search_path = audit; ${entry('null')}; ${entry(`'${ORG}'`)}; ${entry(`'${OTHER}'`)};
      insert into chain_head (scope, seq, hash) values ('platform', 1, decode(repeat('00', 32), 'hex'));
      insert into dead_letter_replay (dead_letter_id) values ('1-a')`);
    const seen = async (scope: string, sql: string) =>
      (await asRole({ url: fresh.url, service: 'audit', role: 'app', scope }, sql)).rows.map(
        (row) => Object.values(row)[0],
      );

    expect(await seen(ORG, 'select org_id from entry')).toEqual([ORG]);
    expect(await seen('platform', 'select org_id from entry')).toEqual([null]);
    expect(await seen('', 'select org_id from entry')).toEqual([]);
    expect(await seen(ORG, 'select scope from chain_head')).toEqual([]);
    expect(await seen('platform', 'select scope from chain_head')).toEqual(['platform']);
    expect(await seen(ORG, 'select dead_letter_id from dead_letter_replay')).toEqual([]);
    expect(await seen('platform', 'select dead_letter_id from dead_letter_replay')).toEqual(['1-a']);
    await expect(seen(ORG, `insert into dead_letter_replay (dead_letter_id) values ('2-b')`)).rejects.toMatchObject({
      code: '42501',
    });
  });
});
