import { formatEpoch, isAhead, parseEpoch, PLATFORM, systemOrigin, type ScopeVersion } from '#libs/contracts';
import { AppError, type Clock, type Ids } from '#libs/kernel';
import type { Database, Transaction } from '#libs/postgres';
import type { EntityManager } from 'typeorm';
import { Lifetime, type EpochAlarm, type EpochReason, type NewEpoch } from '../application/ports.js';
import { BIRTH, IS_HOME } from './lifetime-sql.js';
import { rowOf, rowsOf } from './sql.js';

/** What a beginning epoch needs to know. */
interface Due {
  readonly reason: EpochReason;
  /** Of what was lost, where that is known. */
  readonly lost: readonly ScopeVersion[];
}
type IsDue = (current: EpochRow, manager: EntityManager) => Promise<Due | undefined> | Due | undefined;
interface EpochRow {
  readonly value: string;
  readonly is_home: boolean | null;
}

const FIRST_EPOCH = `insert into epoch (value) values ($1) on conflict do nothing`;
const REMEMBER_BIRTH = `update epoch set birth = ${BIRTH} where birth is null`;
const CURRENT = `select value, ${IS_HOME} as is_home from epoch`;
const NEXT_EPOCH = `update epoch set value = $1, birth = case when birth is null then null else ${BIRTH} end`;
/** Every writer holds its own row of this table to its end: after this none is at work, and none begins until the commit. */
const NOBODY_WRITES = `lock table counter in exclusive mode`;
const VERSIONS = `select scope, version::float8 as version from counter where scope = any($1)`;
/** An epoch that is later than this is no epoch of ours but nonsense, and would outlive every other. */
const AHEAD_MS = 86_400_000;

/** The epoch of the database: its lifetime, and when it is over. */
export class Epoch extends Lifetime {
  #isThere = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly alarm: EpochAlarm,
  ) {
    super();
  }

  /** Sees to it, once per process and in a transaction of its own, that the database has an epoch. */
  async ensure(): Promise<void> {
    if (this.#isThere) return;
    await this.database.systemTransaction(({ manager }) =>
      manager.query(FIRST_EPOCH, [formatEpoch(this.clock.now().getTime())]),
    );
    // A server that does not tell where it stands is watched by versions alone.
    const remember = () => this.database.systemTransaction(({ manager }) => manager.query(REMEMBER_BIRTH));
    await remember().catch(() => undefined);
    this.#isThere = true;
  }

  override renewIfMoved(): Promise<string> {
    return this.#renewIf(({ is_home: isHome }) =>
      isHome === false ? { reason: 'database_moved', lost: [] } : undefined,
    );
  }

  override renewIfBehind(held: readonly ScopeVersion[]): Promise<string> {
    const latest = formatEpoch(this.clock.now().getTime() + AHEAD_MS);
    const believable = held.filter(({ epoch }) => epoch <= latest);
    return this.#renewIf(async ({ value: epoch }, manager) => {
      const own = await versionsOf(manager, believable);
      const lost = believable.filter((one) => isAhead(one, { epoch, version: own.get(one.scope) ?? 0 }));
      return lost.length === 0 ? undefined : { reason: 'commits_lost', lost };
    });
  }

  override renew(): Promise<string> {
    return this.#renewIf(() => ({ reason: 'restored', lost: [] }));
  }

  /** Looks first without keeping any writer waiting, and again when all of them do. The epoch in force afterwards. */
  async #renewIf(isDue: IsDue): Promise<string> {
    const { value, due } = await this.#look(isDue);
    if (due === undefined) return value;
    const [epoch, begun] = await this.database.systemTransaction(async (tx) => {
      await tx.manager.query(NOBODY_WRITES);
      const current = (await readEpoch(tx.manager))!;
      const why = await isDue(current, tx.manager);
      const next = why && (await this.#begin(tx, current.value, why));
      return [next?.epoch ?? current.value, next] as const;
    });
    if (begun !== undefined) this.alarm.raise(begun);
    return epoch;
  }

  async #look(isDue: IsDue): Promise<{ value: string; due: Due | undefined }> {
    await this.ensure();
    return this.database.systemTransaction(async ({ manager }) => {
      const current = await readEpoch(manager);
      // The table is empty when another database took the place of the one that had an epoch.
      this.#isThere = current !== undefined;
      if (current === undefined) throw new AppError('store_unavailable', 'The database has no epoch yet');
      return { value: current.value, due: await isDue(current, manager) };
    });
  }

  /** max(previous + 1, unix ms), and later than what was lost. */
  async #begin(tx: Transaction, previous: string, { reason, lost }: Due): Promise<NewEpoch> {
    const known = Math.max(...[previous, ...lost.map(({ epoch }) => epoch)].map(parseEpoch));
    const epoch = formatEpoch(Math.max(known + 1, this.clock.now().getTime()));
    await tx.manager.query(NEXT_EPOCH, [epoch]);
    const begun = { reason, previous, epoch, lost };
    await tx.outbox.audit(systemOrigin(PLATFORM, this.ids.next()), {
      event: 'EpochStarted',
      action: 'start',
      resourceType: 'epoch',
      resourceId: epoch,
      severity: 'critical',
      before: { epoch: previous },
      after: { epoch },
      metadata: { reason, lost },
    });
    return begun;
  }
}

function readEpoch(manager: EntityManager): Promise<EpochRow | undefined> {
  return rowOf<EpochRow>(manager, CURRENT);
}

async function versionsOf(manager: EntityManager, of: readonly ScopeVersion[]): Promise<ReadonlyMap<string, number>> {
  const rows = await rowsOf<{ scope: string; version: number }>(manager, VERSIONS, [of.map(({ scope }) => scope)]);
  return new Map(rows.map(({ scope, version }) => [scope, version]));
}
