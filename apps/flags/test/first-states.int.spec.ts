import { freshDatabase } from '#libs/local-servers';
import { prepareDatabase } from '#libs/postgres';
import { ROLE_SECRET } from '#libs/testing';
import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { flagsMigrations } from '../src/index.js';

const AUTHOR = JSON.stringify({ type: 'user', id: 'u1' });
const EARLIER = [
  'CreateFlags1764000000000',
  'ScheduleSteps1764100000000',
  'FlagItemKeys1764200000000',
  'EpochBirth1764300000000',
];

/** A flag as an earlier release wrote it: the config in `dev` was edited, the one in `prod` was not, `late` was made later. */
async function anOldFlag(admin: pg.Pool, orgId: string | null): Promise<string> {
  const id = uuidv7();
  const at = new Date('2026-01-01T00:00:00.000Z');
  await admin.query(
    `insert into flag values ($1, $2, 'old.flag', 'Old', null, 'boolean', '{}', null, '[]', 'off', '[]', 's', true, false, 1, $3, $3, null)`,
    [id, orgId, at],
  );
  const names = orgId === null ? ['*', 'prod'] : ['dev', 'prod', 'late'];
  const configs = names.map((name) => ({ name, key: orgId === null ? name : uuidv7() }));
  for (const [position, { name, key }] of configs.entries()) {
    if (orgId !== null) {
      await admin.query(`insert into environment values ($1, $2, $3, false, $4, 1)`, [key, orgId, name, position]);
    }
    await admin.query(`insert into flag_config values ($1, $2, $3, true, '[]', '{}', 2, $4, 'u1')`, [
      id,
      key,
      orgId,
      at,
    ]);
  }
  const line = (seq: number, environment: string | null, version: number) =>
    admin.query(
      `insert into flag_version (flag_id, org_id, seq, environment, version, ruleset_version, snapshot, author, created_at)
       values ($1, $2, $3, $4, $5, 7, $6, $7, $8)`,
      [id, orgId, seq, environment, version, JSON.stringify({ created_at: at.toISOString() }), AUTHOR, at],
    );
  await line(1, null, 1);
  await line(2, configs[0]!.key, 2);
  if (configs[2] !== undefined) await line(3, configs[2].key, 1);
  return id;
}

describe('flags of an earlier release', () => {
  it('get the first states of their configs before their first line, whose number stays', async () => {
    const fresh = await freshDatabase();
    const isEarlier = ({ name }: { readonly name: string }) => EARLIER.includes(name);
    const before = { ...flagsMigrations, migrations: flagsMigrations.migrations.filter(isEarlier) };
    await prepareDatabase(fresh.url, [before], ROLE_SECRET);
    const admin = new pg.Pool({ connectionString: fresh.url, max: 1, options: '-c search_path=flags' });
    const ids = [await anOldFlag(admin, uuidv7()), await anOldFlag(admin, null)];

    await prepareDatabase(fresh.url, [flagsMigrations], ROLE_SECRET);

    const lines = async (id: string) =>
      (
        await admin.query<{ seq: number; version: number; name: string | null; enabled: boolean | null }>(
          `select seq, version, snapshot ->> 'environment' as name, (snapshot ->> 'enabled')::boolean as enabled
           from flag_version where flag_id = $1 order by seq`,
          [id],
        )
      ).rows.map(({ seq, version, name, enabled }) => [seq, version, name, enabled]);
    const kept = [
      [1, 1, null, null],
      [2, 2, null, null],
    ];
    expect(await lines(ids[0]!)).toEqual([[-1, 1, 'prod', false], [0, 1, 'dev', false], ...kept, [3, 1, null, null]]);
    expect(await lines(ids[1]!)).toEqual([[-1, 1, 'prod', false], [0, 1, '*', false], ...kept]);
    const { rows } = await admin.query<{ relforcerowsecurity: boolean }>(
      `select relforcerowsecurity from pg_class where relname in ('environment', 'flag', 'flag_config', 'flag_version')
       and relnamespace = 'flags'::regnamespace`,
    );
    expect(rows.map(({ relforcerowsecurity }) => relforcerowsecurity)).toEqual([true, true, true, true]);
    await admin.end();
    await fresh.drop();
  });
});
