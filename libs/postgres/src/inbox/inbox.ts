import type { Fact } from '#libs/contracts';
import type { Database } from '../transaction/database.js';
import { PURGE_ANSWERS } from '../idempotency/idempotency.js';
import type { Work, Transaction } from '../transaction/transaction.js';

export type InboxOutcome = 'handled' | 'duplicate' | 'outdated';

/** Which state of what a fact tells, for facts that replace earlier ones: `{ entity: 'environment:0190…', version: 7 }`. */
export interface EntityVersion {
  readonly entity: string;
  readonly version: number;
}

/** Longer than any stream keeps a fact, and longer than a dead letter of another consumer can be replayed (30 days). */
const KEPT_DAYS = 31;

/** Makes the effect of a fact happen once per consumer, whatever the bus delivers. */
export class Inbox {
  constructor(private readonly database: Database) {}

  /**
   * Does the work in the transaction that remembers the fact, so that neither is there without the other. The transaction is
   * one of the system role, in the fact's scope.
   * @returns `duplicate` for a fact handled before; `outdated` when a fact of the same entity with this or a later version was.
   */
  once(consumer: string, fact: Fact, work: Work<void>, state?: EntityVersion): Promise<InboxOutcome> {
    return this.database.systemTransaction<InboxOutcome>(
      async (tx) => {
        if (!(await isNew(tx, consumer, fact.id))) return 'duplicate';
        if (state !== undefined && !(await isNewest(tx, consumer, state))) return 'outdated';
        await work(tx);
        return 'handled';
      },
      { scope: fact.org_id ?? 'platform', causationId: fact.id },
    );
  }

  /** Forgets facts that no stream can deliver again, and answers that nobody may ask for again. Returns how many facts. */
  purge(olderThanDays: number = KEPT_DAYS): Promise<number> {
    return this.database.systemTransaction(async ({ manager }) => {
      await manager.query(PURGE_ANSWERS);
      const [, removed] = await manager.query<[unknown, number]>(
        `delete from inbox where handled_at < now() - make_interval(days => $1)`,
        [olderThanDays],
      );
      return removed;
    });
  }
}

async function isNew({ manager }: Transaction, consumer: string, factId: string): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    `insert into inbox (consumer, fact_id) values ($1, $2) on conflict do nothing returning fact_id`,
    [consumer, factId],
  );
  return rows.length === 1;
}

async function isNewest(
  { manager }: Transaction,
  consumer: string,
  { entity, version }: EntityVersion,
): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    `insert into inbox_entity as seen (consumer, entity, version) values ($1, $2, $3)
     on conflict (consumer, entity) do update set version = excluded.version where seen.version < excluded.version
     returning version`,
    [consumer, entity, version],
  );
  return rows.length === 1;
}
