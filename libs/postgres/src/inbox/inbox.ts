import type { Fact } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import type { Database } from '../transaction/database.js';
import { PURGE_ANSWERS } from '../idempotency/idempotency.js';
import type { Work, Transaction } from '../transaction/transaction.js';

export type InboxOutcome = 'handled' | 'duplicate' | 'outdated';

/** For facts that replace earlier ones: what the fact describes, e.g. `{ entity: 'environment:0190…', version: 7 }`. */
export interface EntityVersion {
  readonly entity: string;
  readonly version: number;
}

/** Longer than the retention of every stream, and than dead letters can be replayed (30 days). */
const RETENTION_DAYS = 31;

/** Makes a fact take effect once per consumer, although the bus may deliver it several times and out of order. */
export class Inbox {
  constructor(private readonly database: Database) {}

  /**
   * Records the fact and runs the work in one transaction of the system role, in the scope of the fact.
   * @param consumer name of the durable: each consumer handles a fact once
   * @param state given: the work is skipped when the entity has been handled in this or a later version
   * @returns `duplicate` when the fact was handled before, `outdated` when `state` is not newer; the work did not run then
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

  /**
   * Deletes records of facts that can no longer be delivered, and expired idempotency keys. Returns the number of facts. Safe on
   * several replicas at once.
   */
  async purge(olderThanDays: number = RETENTION_DAYS): Promise<number> {
    await this.database.systemTransaction(({ manager }) => manager.query(PURGE_ANSWERS));
    let total = 0;
    for (;;) {
      const removed = await this.database.systemTransaction(({ manager }) => purgeBatch(manager, olderThanDays));
      total += removed;
      if (removed < BATCH) return total;
    }
  }
}

/** Rows per statement: small enough for the statement timeout, also where nothing was purged for years. */
const BATCH = 5_000;

async function purgeBatch(manager: EntityManager, olderThanDays: number): Promise<number> {
  const [, removed] = await manager.query<[unknown, number]>(
    `delete from inbox where (consumer, fact_id) in (
       select consumer, fact_id from inbox where handled_at < now() - make_interval(days => $1)
       order by handled_at limit $2 for update skip locked)`,
    [olderThanDays, BATCH],
  );
  return removed;
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
    `insert into inbox_entity as handled (consumer, entity, version) values ($1, $2, $3)
     on conflict (consumer, entity) do update set version = excluded.version where handled.version < excluded.version
     returning version`,
    [consumer, entity, version],
  );
  return rows.length === 1;
}
