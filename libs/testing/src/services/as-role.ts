import pg from 'pg';
import { roleUrl, type DatabaseRole } from '#libs/postgres';
import { ROLE_SECRET } from './start-services.js';

export type ServiceRole = DatabaseRole;

/** Runs one statement, or several without values, as a role of a service in the scope of an organization. */
export async function asRole(
  { url, service, role, scope }: { url: string; service: string; role: ServiceRole; scope: string },
  sql: string,
  values: readonly unknown[] = [],
): Promise<pg.QueryResult<Record<string, unknown>>> {
  const client = new pg.Client({
    connectionString: roleUrl({ url, roleSecret: ROLE_SECRET }, service, role),
    options: `-c search_path=${service}`,
    query_timeout: 10_000,
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`select set_config('app.org_id', $1, false)`, [scope]);
    return await client.query<Record<string, unknown>>(sql, [...values]);
  } finally {
    await client.end();
  }
}
