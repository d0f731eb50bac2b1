import { setTimeout as sleep } from 'node:timers/promises';
import { PLATFORM, type Scope } from '#libs/contracts';
import pg, { type ClientConfig } from 'pg';
import type { DataSourceOptions, EntityManager } from 'typeorm';
import { CONNECT_TIMEOUT_MS, clientConfig } from '../pool/client-config.js';
import { backoffMs, within } from '#libs/kernel';
import { asStoreError, isWorthRepeating, storeUnavailable } from '../pool/errors.js';
import { GuardedClient } from '../pool/guarded-client.js';
import { createLogger, type Log } from '#libs/observability';
import { Outbox, type OutboxOptions } from '../outbox/outbox.js';
import { RolePool, type PoolGauge } from '../pool/role-pool.js';
import { runTransaction, type TransactionMode } from './run-transaction.js';
import { roleUrl, type PostgresSettings } from '../pool/settings.js';
import { OuterTransaction, type PartMode } from './outer-transaction.js';
import type { SystemTransactionOptions, Work } from './transaction.js';

export interface DatabaseOptions extends PostgresSettings {
  /** Names the schema and the roles. */
  readonly service: string;
  /** The row classes of the service. */
  readonly entities?: DataSourceOptions['entities'];
  readonly outbox?: Omit<OutboxOptions, 'service' | 'causationId'>;
  readonly log?: Log;
}

/** Runs work whose transactions become savepoints of the outer transaction. */
export type Hold = <T>(inside: () => Promise<T>) => Promise<T>;

const APP_POOL = 10;
const SYSTEM_POOL = 8;
const RETRIES = 3;
const RETRY_BASE_MS = 100;

/**
 * The database of one service, through its app role (bound to one organization by row-level security) and its system role.
 * Nothing connects before the first use. Without Postgres a use fails with `store_unavailable` within a second, and the first
 * one after its return works.
 */
export class Database {
  readonly service: string;
  readonly #app: RolePool;
  readonly #system: RolePool;
  /** Its own connection, so that busy pools do not make a healthy service look unready. */
  readonly #health: pg.Pool;
  readonly #log: Log;

  constructor(private readonly options: DatabaseOptions) {
    const { service, entities } = options;
    this.service = service;
    this.#log = options.log ?? createLogger({ service });
    this.#app = new RolePool({ url: roleUrl(options, service, 'app'), service, size: APP_POOL, entities });
    this.#system = new RolePool({ url: roleUrl(options, service, 'system'), service, size: SYSTEM_POOL, entities });
    this.#health = new pg.Pool({ ...this.systemClient('health'), Client: GuardedClient, max: 1 });
    this.#health.on('error', () => undefined);
  }

  static open(options: DatabaseOptions): Database {
    return new Database(options);
  }

  /**
   * Runs the work in one transaction of the app role, which sees the rows of `scope` and of the platform. The work may run up
   * to four times (deadlocks, serialization failures): its effects belong into the transaction.
   * @throws AppError `store_unavailable` when Postgres is away or overloaded; whatever the work throws, after a rollback.
   */
  transaction<T>(scope: Scope, work: Work<T>): Promise<T> {
    return this.#run(this.#app, { scope, readOnly: false }, work);
  }

  /** The same as the system role, which sees every row: for consumers and jobs. */
  systemTransaction<T>(work: Work<T>, { scope = PLATFORM, causationId }: SystemTransactionOptions = {}): Promise<T> {
    return this.#run(this.#system, { scope, readOnly: false }, work, causationId);
  }

  /** The app role, one snapshot for all of the queries, no writes. */
  read<T>(scope: Scope, work: Work<T>): Promise<T> {
    return this.#run(this.#app, { scope, readOnly: true }, work);
  }

  /**
   * One transaction of the system role. Transactions of this database that are opened inside `hold` become savepoints of it,
   * each with its own role and scope: all are committed together or none is. They run one after the other; one that fails is
   * rolled back alone. The whole may run up to four times, as in `transaction`.
   */
  outerTransaction<T>(work: (manager: EntityManager, hold: Hold) => Promise<T>): Promise<T> {
    return this.#repeat(() =>
      runTransaction(this.#system, { scope: PLATFORM, readOnly: false }, (manager) => {
        const outer = new OuterTransaction(this, manager);
        return work(manager, (inside) => outer.run(inside));
      }),
    );
  }

  /** @throws AppError `store_unavailable` when Postgres does not answer within a second. */
  async ping(): Promise<void> {
    const late = () => new Error('No answer from Postgres');
    await within(CONNECT_TIMEOUT_MS, this.#health.query('select 1'), late).catch((error: unknown) => {
      throw storeUnavailable(error);
    });
  }

  pools(): { readonly app: PoolGauge; readonly system: PoolGauge } {
    return { app: this.#app.gauge(), system: this.#system.gauge() };
  }

  async close(): Promise<void> {
    await Promise.all([this.#app.close(), this.#system.close(), this.#health.ended || this.#health.end()]);
  }

  /** For a connection of the system role beside the pools. */
  systemClient(purpose: string): ClientConfig {
    return clientConfig(roleUrl(this.options, this.service, 'system'), this.service, purpose);
  }

  #run<T>(pool: RolePool, mode: TransactionMode, work: Work<T>, causationId?: string): Promise<T> {
    const options = { ...this.options.outbox, service: this.service, causationId };
    const inside = (manager: EntityManager): Promise<T> =>
      work({ manager, scope: mode.scope, outbox: new Outbox(manager, options) });
    const outer = OuterTransaction.of(this);
    if (outer !== undefined) return outer.part(this.#asPart(pool, mode), inside);
    return this.#repeat(() => runTransaction(pool, mode, inside));
  }

  #asPart(pool: RolePool, mode: TransactionMode): PartMode {
    return pool === this.#system
      ? mode
      : { ...mode, role: new URL(roleUrl(this.options, this.service, 'app')).username };
  }

  async #repeat<T>(attempt: () => Promise<T>): Promise<T> {
    for (let retry = 0; ; retry++) {
      try {
        return await attempt();
      } catch (error) {
        if (!isWorthRepeating(error) || retry === RETRIES) throw asStoreError(error);
        this.#log.warn({ service: this.service, retry: retry + 1, err: error }, 'transaction is repeated');
        await sleep(backoffMs(retry, RETRY_BASE_MS, Infinity));
      }
    }
  }
}
