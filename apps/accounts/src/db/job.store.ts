import type { Transaction } from '#libs/postgres';
import type { JobStore, PurgeLimits } from '../application/ports/platform-stores.js';

/** One statement, so that one of many processes claims the run. */
const CLAIM = `insert into job as known (name, ran_at, updated_at) values ($1, $2, $2)
  on conflict (name) do update set ran_at = excluded.ran_at, updated_at = excluded.updated_at where known.ran_at <= $3
  returning name`;

type Purge = readonly [sql: string, limit: Exclude<keyof PurgeLimits, 'rows'>];

const some = (table: string, key: string, where: string): string =>
  `delete from ${table} where ${key} in (select ${key} from ${table} as old where ${where} limit $2)`;
const deletedEnvironments = `select id from environment where deleted_at < $1`;

/** Rows go before the rows they refer to. A used token that has expired cannot reveal a theft any more. */
const PURGES: readonly Purge[] = [
  [some('refresh_token', 'id', 'expires_at < $1'), 'now'],
  [some('session', 'id', 'ended_at < $1'), 'endedBefore'],
  [
    some('session', 'id', 'created_at < $1 and not exists (select 1 from refresh_token where session_id = old.id)'),
    'endedBefore',
  ],
  [some('invitation', 'id', 'expires_at < $1'), 'now'],
  [some('member_invitation', 'id', 'expires_at < $1'), 'now'],
  [some('password_reset', 'id', 'expires_at < $1'), 'now'],
  [some('member', 'id', 'deleted_at < $1'), 'deletedBefore'],
  [some('api_key', 'id', `environment_id in (${deletedEnvironments})`), 'deletedBefore'],
  [
    some('environment', 'id', 'deleted_at < $1 and not exists (select 1 from api_key where environment_id = old.id)'),
    'deletedBefore',
  ],
  [some('signing_key', 'kid', 'retired_at < $1'), 'retiredBefore'],
];

export class PostgresJobs implements JobStore {
  constructor(private readonly tx: Transaction) {}

  async claim(name: string, at: Date, notSince: Date): Promise<boolean> {
    return (await this.tx.manager.query<unknown[]>(CLAIM, [name, at, notSince])).length === 1;
  }

  async purge(limits: PurgeLimits): Promise<number> {
    let gone = 0;
    for (const [sql, limit] of PURGES) {
      const [, rows] = await this.tx.manager.query<[unknown, number]>(sql, [limits[limit], limits.rows]);
      gone += rows;
    }
    return gone;
  }
}
