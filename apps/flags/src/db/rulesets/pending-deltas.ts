import { RulesetChangedV1, type Fact, type Scope } from '#libs/contracts';
import type { Database } from '#libs/postgres';
import { rowsOf } from '../sql.js';

const PENDING = `select payload from outbox where subject = $1 order by seq`;

/** The deltas of a scope that are committed and not published yet, oldest first. */
export async function pendingDeltas(database: Database, scope: Scope): Promise<readonly Fact[]> {
  const subject = `${RulesetChangedV1.type}.${scope}`;
  const rows = await database.systemTransaction(({ manager }) =>
    rowsOf<{ payload: string }>(manager, PENDING, [subject]),
  );
  return rows.map(({ payload }) => JSON.parse(payload) as Fact);
}
