import type { Database } from '#libs/postgres';
import type { RevokedAt, RevokedKeys } from '../../application/api-keys/ports.js';

const REVOKED = `
  select lookup_id as "lookupId", revoked_at as at from api_key
  where revoked_at >= $1 order by revoked_at desc limit $2`;

/** Read as the system role: the keys belong to all organizations. */
export class PostgresRevokedKeys implements RevokedKeys {
  constructor(private readonly database: Database) {}

  since(since: Date, limit: number): Promise<readonly RevokedAt[]> {
    return this.database.systemTransaction(({ manager }) => manager.query<RevokedAt[]>(REVOKED, [since, limit]));
  }
}
