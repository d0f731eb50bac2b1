import pg from 'pg';
import { prepareDatabase, roleUrl, type DatabaseRole } from '#libs/postgres';
import { analyticsMigrations } from '../src/index.js';

export const ROLE_SECRET = 'the secret of the roles in tests';
export const ORG_A = '01900000-0000-7000-8000-00000000000a';
export const ORG_B = '01900000-0000-7000-8000-00000000000b';

export async function prepared(postgresUrl: string): Promise<void> {
  await prepareDatabase(postgresUrl, [analyticsMigrations], ROLE_SECRET);
}

/** One statement, or several, as a role of the service in the scope of an organization. */
export async function asRole<R extends pg.QueryResultRow = Record<string, unknown>>(
  postgresUrl: string,
  role: DatabaseRole,
  sql: string,
  values: readonly unknown[] = [],
  scope = ORG_A,
): Promise<R[]> {
  const client = new pg.Client({
    connectionString: roleUrl({ url: postgresUrl, roleSecret: ROLE_SECRET }, 'analytics', role),
    options: '-c search_path=analytics',
    query_timeout: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`select set_config('app.org_id', $1, false)`, [scope]);
    return (await client.query<R>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}
