import type { Transaction } from '#libs/postgres';
import type { Invitation } from '../../domain/people/invitation.js';
import type { InvitationStore } from '../../application/ports/platform-stores.js';

const REPLACE = `insert into invitation (id, user_id, token_hash, created_at, updated_at, expires_at)
  values ($1, $2, $3, $4, $4, $5)
  on conflict (user_id) do update set id = excluded.id, token_hash = excluded.token_hash,
    created_at = excluded.created_at, updated_at = excluded.updated_at, expires_at = excluded.expires_at`;
const OPEN = `select 1 from invitation where token_hash = $1 and expires_at > $2`;
/** Of two concurrent statements the second waits for the first, and finds no row. */
const TAKE = `with taken as (delete from invitation where token_hash = $1 and expires_at > $2 returning user_id)
  select user_id from taken`;

export class PostgresInvitations implements InvitationStore {
  constructor(private readonly tx: Transaction) {}

  async replace({ id, userId, tokenHash, createdAt, expiresAt }: Invitation): Promise<void> {
    await this.tx.manager.query(REPLACE, [id, userId, tokenHash, createdAt, expiresAt]);
  }

  async isOpen(tokenHash: string, at: Date): Promise<boolean> {
    return (await this.tx.manager.query<unknown[]>(OPEN, [tokenHash, at])).length === 1;
  }

  async take(tokenHash: string, at: Date): Promise<string | undefined> {
    const [row] = await this.tx.manager.query<{ readonly user_id: string }[]>(TAKE, [tokenHash, at]);
    return row?.user_id;
  }
}
