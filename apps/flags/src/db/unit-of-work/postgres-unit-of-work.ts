import { formatVersion, PLATFORM, scopeOf, type Fact, type Origin, type Scope, type Written } from '#libs/contracts';
import { AppError, type Clock } from '#libs/kernel';
import { isUniqueViolation, type Database, type Inbox, type Transaction, type Work } from '#libs/postgres';
import type { UnitOfWork, Change, ChangeOptions } from '../../application/ports/unit-of-work.js';
import type { Stores } from '../../application/ports/stores.js';
import { allInOrder } from './all-in-order.js';
import { bump, countersOf, type Counters } from './counter.js';
import { PostgresEpochs } from '../rulesets/epoch.store.js';
import { DatabaseMoved } from '../rulesets/epoch-sql.js';
import { RecordingChange } from './recording-change.js';
import { storesOf } from './stores.js';

const CONSUMER = 'flags';
const SAVEPOINT = 'before_bump';

export class PostgresUnitOfWork implements UnitOfWork {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly epoch: PostgresEpochs,
    private readonly clock: Clock,
  ) {}

  async change<T>(origin: Origin, work: (tx: Change) => Promise<T>, options: ChangeOptions = {}): Promise<Written<T>> {
    await this.epoch.ensure();
    try {
      return await this.#inCurrentEpoch(() =>
        this.#transaction(origin.scope, (tx) => this.#changeIn(tx, origin, work, options)),
      );
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError('already_exists', 'There is an object with this key already', [], { cause: error });
    }
  }

  async changeOnce(fact: Fact, origin: Origin, work: (tx: Change) => Promise<void>): Promise<void> {
    await this.epoch.ensure();
    const change = async (tx: Transaction): Promise<void> => {
      await this.#changeIn(tx, { ...origin, scope: scopeOf(fact) }, work, {});
    };
    await this.#inCurrentEpoch(() => this.inbox.once(CONSUMER, fact, change));
  }

  read<T>(scope: Scope, work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.database.read(scope, (tx) => work(storesOf(tx)));
  }

  /** A write that finds another database than its epoch's is rolled back, and repeated in the new epoch. */
  async #inCurrentEpoch<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof DatabaseMoved)) throw error;
      await this.epoch.renewIfMoved();
      return attempt();
    }
  }

  /** Platform writes run as the system role, which sees every organization: what they change may be in use anywhere. */
  #transaction<T>(scope: Scope, work: Work<T>): Promise<T> {
    return scope === PLATFORM ? this.database.systemTransaction(work) : this.database.transaction(scope, work);
  }

  async #changeIn<T>(
    tx: Transaction,
    origin: Origin,
    work: (tx: Change) => Promise<T>,
    { refersToPlatform = false }: ChangeOptions,
  ): Promise<Written<T>> {
    const change = new RecordingChange(tx, origin, this.clock.now());
    // One connection runs these in order: the work reads behind the lock, which needs no round trip of its own.
    const [, standing, resource] = await allInOrder([
      tx.manager.query(`savepoint ${SAVEPOINT}`),
      bump(tx, refersToPlatform),
      work(change),
    ]);
    if (change.changedNothing) {
      await tx.manager.query(`rollback to savepoint ${SAVEPOINT}`);
      return { resource, ruleset_version: toVersion(tx.scope, await countersOf(tx.manager, tx.scope)) };
    }
    await change.write(standing);
    return { resource, ruleset_version: toVersion(tx.scope, standing) };
  }
}

function toVersion(scope: Scope, { epoch, platform, version }: Counters): string {
  return formatVersion({ epoch, platform, org: scope === PLATFORM ? 0 : version });
}
