import type { Database } from '#libs/postgres';
import type { KeyUse, KeyUses } from '../../application/api-keys/ports.js';

const USED = `
  update api_key set last_used_at = greatest(last_used_at, used.at)
  from unnest($2::uuid[], $3::timestamptz[]) as used (id, at)
  where api_key.id = used.id and api_key.org_id = $1`;

export class PostgresKeyUses implements KeyUses {
  constructor(private readonly database: Database) {}

  record(orgId: string, uses: readonly KeyUse[]): Promise<void> {
    const columns = [uses.map(({ keyId }) => keyId), uses.map(({ at }) => at)];
    return this.database.transaction(orgId, async ({ manager }) => {
      await manager.query(USED, [orgId, ...columns]);
    });
  }
}
