import type { Database } from '#libs/postgres';
import { KeyUses, type KeyUse } from '../../application/api-keys/record-key-usage.js';
import { RevokedKeys, type RevokedAt } from '../../application/api-keys/list-revocations.js';

const REVOKED = `
  select lookup_id as "lookupId", revoked_at as at from api_key
  where revoked_at >= $1 order by revoked_at desc limit $2`;
const USED = `
  update api_key set last_used_at = greatest(last_used_at, used.at)
  from unnest($2::uuid[], $3::timestamptz[]) as used (id, at)
  where api_key.id = used.id and api_key.org_id = $1`;

/** Asked as the system role: edge services belong to no organization. */
export class PostgresRevokedKeys extends RevokedKeys {
  constructor(private readonly database: Database) {
    super();
  }

  override since(since: Date, limit: number): Promise<readonly RevokedAt[]> {
    return this.database.systemTransaction(({ manager }) => manager.query<RevokedAt[]>(REVOKED, [since, limit]));
  }
}

export class PostgresKeyUses extends KeyUses {
  constructor(private readonly database: Database) {
    super();
  }

  override record(orgId: string, uses: readonly KeyUse[]): Promise<void> {
    const columns = [uses.map(({ keyId }) => keyId), uses.map(({ at }) => at)];
    return this.database.transaction(orgId, async ({ manager }) => {
      await manager.query(USED, [orgId, ...columns]);
    });
  }
}
