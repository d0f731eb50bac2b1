import { formatEpoch, isAhead, parseEpoch, PLATFORM, systemOrigin, type ScopeVersion } from '#libs/contracts';
import { AppError, type Clock, type Ids } from '#libs/kernel';
import type { Database, Transaction } from '#libs/postgres';
import type { EntityManager } from 'typeorm';
import type { EpochStore, EpochAlarm, EpochReason, NewEpoch } from '../../application/ports/epoch.js';
import { BIRTH, IS_HOME } from './epoch-sql.js';
import { rowOf, rowsOf } from '../sql.js';

/** Why a new epoch must begin. */
interface Due {
  readonly reason: EpochReason;
  /** The lost versions, as far as known. */
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
/** Every writer locks its row of this table until it ends: once this is granted no writer runs, and none begins until the commit. */
const LOCK_WRITERS = `lock table counter in exclusive mode`;
const VERSIONS = `select scope, version::float8 as version from counter where scope = any($1)`;
/** Epochs further in the future are ignored as invalid: they would outlast every real one. */
const AHEAD_MS = 86_400_000;

export class PostgresEpochs implements EpochStore {
  #isEnsured = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly alarm: EpochAlarm,
  ) {}

  /** Gives the database its first epoch if it has none. Asks the database once per process, in a transaction of its own. */
  async ensure(): Promise<void> {
    if (this.#isEnsured) return;
    await this.database.systemTransaction(({ manager }) =>
      manager.query(FIRST_EPOCH, [formatEpoch(this.clock.now().getTime())]),
    );
    // Servers that refuse to identify themselves are guarded by versions alone.
    const remember = () => this.database.systemTransaction(({ manager }) => manager.query(REMEMBER_BIRTH));
    await remember().catch(() => undefined);
    this.#isEnsured = true;
  }

  renewIfMoved(): Promise<string> {
    return this.#renewIf(({ is_home: isHome }) =>
      isHome === false ? { reason: 'database_moved', lost: [] } : undefined,
    );
  }

  renewIfBehind(held: readonly ScopeVersion[]): Promise<string> {
    const latest = formatEpoch(this.clock.now().getTime() + AHEAD_MS);
    const believable = held.filter(({ epoch }) => epoch <= latest);
    return this.#renewIf(async ({ value: epoch }, manager) => {
      const own = await versionsOf(manager, believable);
      const lost = believable.filter((one) => isAhead(one, { epoch, version: own.get(one.scope) ?? 0 }));
      return lost.length === 0 ? undefined : { reason: 'commits_lost', lost };
    });
  }

  renew(): Promise<string> {
    return this.#renewIf(() => ({ reason: 'restored', lost: [] }));
  }

  /** Checks first without blocking writers, and again while all of them are blocked. Returns the epoch in force afterwards. */
  async #renewIf(isDue: IsDue): Promise<string> {
    const { value, due } = await this.#look(isDue);
    if (due === undefined) return value;
    const [epoch, begun] = await this.database.systemTransaction(async (tx) => {
      await tx.manager.query(LOCK_WRITERS);
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
      // The table is empty when the database was replaced since `ensure`.
      this.#isEnsured = current !== undefined;
      if (current === undefined) throw new AppError('store_unavailable', 'The database has no epoch yet');
      return { value: current.value, due: await isDue(current, manager) };
    });
  }

  /** The new epoch: max(previous + 1, unix ms), and later than every lost one. */
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
