import type { Transaction } from '#libs/postgres';
import type { PasswordReset } from '../../domain/people/password-reset.js';
import type { PasswordResetStore } from '../../application/ports/platform-stores.js';

const REPLACE = `insert into password_reset (id, user_id, token_hash, created_by, created_at, updated_at, expires_at)
  values ($1, $2, $3, $4, $5, $5, $6)
  on conflict (user_id) do update set id = excluded.id, token_hash = excluded.token_hash, created_by = excluded.created_by,
    created_at = excluded.created_at, updated_at = excluded.updated_at, expires_at = excluded.expires_at`;
const FIND = `select id, user_id as "userId", token_hash as "tokenHash", created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt" from password_reset where token_hash = $1`;

export class PostgresPasswordResets implements PasswordResetStore {
  constructor(private readonly tx: Transaction) {}

  async replace({ id, userId, tokenHash, createdBy, createdAt, expiresAt }: PasswordReset): Promise<void> {
    await this.tx.manager.query(REPLACE, [id, userId, tokenHash, createdBy, createdAt, expiresAt]);
  }

  async find(tokenHash: string): Promise<PasswordReset | undefined> {
    const [row] = await this.tx.manager.query<PasswordReset[]>(FIND, [tokenHash]);
    return row;
  }

  async remove(userId: string): Promise<void> {
    await this.tx.manager.query('delete from password_reset where user_id = $1', [userId]);
  }
}
