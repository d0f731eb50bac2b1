import type { Transaction } from '#libs/postgres';
import type { Invitation } from '../../domain/people/invitation.js';
import type { InvitationStore } from '../../application/ports/platform-stores.js';

const REPLACE = `insert into invitation (id, user_id, token_hash, created_at, updated_at, expires_at)
  values ($1, $2, $3, $4, $4, $5)
  on conflict (user_id) do update set id = excluded.id, token_hash = excluded.token_hash,
    created_at = excluded.created_at, updated_at = excluded.updated_at, expires_at = excluded.expires_at`;
const FIND = `select id, user_id as "userId", token_hash as "tokenHash", created_at as "createdAt", expires_at as "expiresAt",
  accepted_by as "acceptedBy" from invitation where token_hash = $1`;
const ACCEPT = `update invitation set accepted_by = $2, accepted_at = $3, updated_at = $3 where token_hash = $1`;

type InvitationRow = Invitation & { readonly userId: string | null; readonly acceptedBy: string | null };

export class PostgresInvitations implements InvitationStore {
  constructor(private readonly tx: Transaction) {}

  async replace({ id, userId, tokenHash, createdAt, expiresAt }: Invitation): Promise<void> {
    await this.tx.manager.query(REPLACE, [id, userId, tokenHash, createdAt, expiresAt]);
  }

  async find(tokenHash: string): Promise<Invitation | undefined> {
    const [row] = await this.tx.manager.query<InvitationRow[]>(FIND, [tokenHash]);
    return row && { ...row, userId: row.userId ?? undefined, acceptedBy: row.acceptedBy ?? undefined };
  }

  async accept(tokenHash: string, userId: string, at: Date): Promise<void> {
    await this.tx.manager.query(ACCEPT, [tokenHash, userId, at]);
  }
}
