import type { Database, Inbox, Transaction } from '#libs/postgres';
import { Remains } from '../application/ports.js';
import { rowsOf } from './sql.js';

const LEAD = `select pg_try_advisory_xact_lock(hashtextextended('loom_flags_purge', 0)) as leads`;
/** Small enough for the time a statement has. */
const BATCH = 500;
const TABLES = ['strategy', 'segment', 'kill_switch'] as const;
const sqlFor = (table: string): string => `delete from ${table} where id in (
  select id from ${table} where deleted_at < $1 limit $2) returning id`;
/** With the configs of its flags, which nothing serves since it was deleted. */
const ENVIRONMENTS = `with gone as (${sqlFor('environment')}),
  configs as (delete from flag_config using gone where flag_config.environment = gone.id::text)
  select id from gone`;
const STATEMENTS = [...TABLES.map(sqlFor), ENVIRONMENTS] as const;

/** One replica at a time; the others find it at work and leave it to that one. */
export class PostgresRemains extends Remains {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
  ) {
    super();
  }

  override async purge(before: Date): Promise<void> {
    for (const sql of STATEMENTS) {
      while (await this.database.systemTransaction((tx) => purgeBatch(tx, sql, before)));
    }
    await this.inbox.purge();
  }
}

/** Whether there may be more. */
async function purgeBatch({ manager }: Transaction, sql: string, before: Date): Promise<boolean> {
  const [lead] = await rowsOf<{ leads: boolean }>(manager, LEAD);
  if (lead?.leads !== true) return false;
  return (await rowsOf(manager, sql, [before, BATCH])).length === BATCH;
}
