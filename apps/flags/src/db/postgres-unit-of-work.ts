import { formatVersion, PLATFORM, scopeOf, type Fact, type Origin, type Scope, type Written } from '#libs/contracts';
import { AppError, type Clock } from '#libs/kernel';
import { isUniqueViolation, type Database, type Inbox, type Transaction, type Work } from '#libs/postgres';
import { UnitOfWork, type Change, type ChangeOptions, type Stores } from '../application/ports.js';
import { allInOrder } from './all-in-order.js';
import { bump, standingOf, type Standing } from './counter.js';
import { Epoch } from './epoch.js';
import { DatabaseMoved } from './lifetime-sql.js';
import { RecordingChange } from './recording-change.js';
import { storesOf } from './stores.js';

const CONSUMER = 'flags';
const SAVEPOINT = 'before_bump';

export class PostgresUnitOfWork extends UnitOfWork {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly epoch: Epoch,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async change<T>(
    origin: Origin,
    work: (tx: Change) => Promise<T>,
    options: ChangeOptions = {},
  ): Promise<Written<T>> {
    await this.epoch.ensure();
    try {
      return await this.#inThisLife(() =>
        this.#transaction(origin.scope, (tx) => this.#changeIn(tx, origin, work, options)),
      );
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError('already_exists', 'There is a thing with this key already', [], { cause: error });
    }
  }

  override async changeOnce(fact: Fact, origin: Origin, work: (tx: Change) => Promise<void>): Promise<void> {
    await this.epoch.ensure();
    const change = async (tx: Transaction): Promise<void> => {
      await this.#changeIn(tx, { ...origin, scope: scopeOf(fact) }, work, {});
    };
    await this.#inThisLife(() => this.inbox.once(CONSUMER, fact, change));
  }

  override read<T>(scope: Scope, work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.database.read(scope, (tx) => work(storesOf(tx)));
  }

  /** A write that finds the database to be another one is undone, and made again in the new epoch. */
  async #inThisLife<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof DatabaseMoved)) throw error;
      await this.epoch.renewIfMoved();
      return attempt();
    }
  }

  /** The platform's writers see every organization, since what they change may be in use anywhere. */
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
    // One connection runs them in this order: what the work reads, it reads behind the lock, without a round trip of its own.
    const [, standing, resource] = await allInOrder([
      tx.manager.query(`savepoint ${SAVEPOINT}`),
      bump(tx, refersToPlatform),
      work(change),
    ]);
    if (change.changedNothing) {
      await tx.manager.query(`rollback to savepoint ${SAVEPOINT}`);
      return { resource, ruleset_version: toVersion(tx.scope, await standingOf(tx.manager, tx.scope)) };
    }
    await change.write(standing);
    return { resource, ruleset_version: toVersion(tx.scope, standing) };
  }
}

function toVersion(scope: Scope, { epoch, platform, version }: Standing): string {
  return formatVersion({ epoch, platform, org: scope === PLATFORM ? 0 : version });
}
