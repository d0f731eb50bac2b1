import type { Transaction } from '#libs/postgres';
import type { SetupStore, SetupToken } from '../application/ports/platform-stores.js';

const ISSUE = `insert into setup as known (token_hash, created_at, updated_at, expires_at) values ($1, $2, $2, $3)
  on conflict (singleton) do update set token_hash = excluded.token_hash, created_at = excluded.created_at,
    updated_at = excluded.updated_at, expires_at = excluded.expires_at
  where known.used_at is null and known.expires_at <= excluded.created_at
  returning singleton`;
const OPEN = `select 1 from setup where token_hash = $1 and used_at is null and expires_at > $2`;
const TAKE = `with taken as (
    update setup set used_at = $2, updated_at = $2 where token_hash = $1 and used_at is null and expires_at > $2 returning singleton
  ) select singleton from taken`;

export class PostgresSetups implements SetupStore {
  constructor(private readonly tx: Transaction) {}

  issue({ hash, createdAt, expiresAt }: SetupToken): Promise<boolean> {
    return this.#any(ISSUE, [hash, createdAt, expiresAt]);
  }

  isOpen(tokenHash: string, at: Date): Promise<boolean> {
    return this.#any(OPEN, [tokenHash, at]);
  }

  take(tokenHash: string, at: Date): Promise<boolean> {
    return this.#any(TAKE, [tokenHash, at]);
  }

  async #any(sql: string, parameters: unknown[]): Promise<boolean> {
    return (await this.tx.manager.query<unknown[]>(sql, parameters)).length === 1;
  }
}
