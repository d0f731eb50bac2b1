import type { Database, Transaction } from '#libs/postgres';
import type { PurgeStore } from '../application/ports/purge.js';
import { rowsOf } from './sql.js';

const LEAD = `select pg_try_advisory_xact_lock(hashtextextended('loom_flags_purge', 0)) as leads`;
/** Rows per statement: small enough for the statement timeout. */
const BATCH = 500;
const TABLES = ['strategy', 'segment', 'kill_switch'] as const;
const sqlFor = (table: string): string => `delete from ${table} where id in (
  select id from ${table} where deleted_at < $1 limit $2) returning id`;
/** Together with the configs in this environment, which are not served since it was deleted. */
const ENVIRONMENTS = `with gone as (${sqlFor('environment')}),
  configs as (delete from flag_config using gone where flag_config.environment = gone.id::text)
  select id from gone`;
const STATEMENTS = [...TABLES.map(sqlFor), ENVIRONMENTS] as const;

/** Safe on several replicas at once: a batch is deleted under a lock, and a replica without the lock goes on with the next table. */
export class PostgresPurgeStore implements PurgeStore {
  constructor(private readonly database: Database) {}

  async purge(before: Date): Promise<void> {
    for (const sql of STATEMENTS) {
      while (await this.database.systemTransaction((tx) => purgeBatch(tx, sql, before)));
    }
  }
}

/** Returns whether there may be more rows to delete. */
async function purgeBatch({ manager }: Transaction, sql: string, before: Date): Promise<boolean> {
  const [lead] = await rowsOf<{ leads: boolean }>(manager, LEAD);
  if (lead?.leads !== true) return false;
  return (await rowsOf(manager, sql, [before, BATCH])).length === BATCH;
}
