import { setTimeout as sleep } from 'node:timers/promises';
import { PLATFORM, type Scope } from '#libs/contracts';
import pg from 'pg';
import type { DataSourceOptions, EntityManager } from 'typeorm';
import { clientConfig } from '../pool/client-config.js';
import { backoffMs, within } from '#libs/kernel';
import { asStoreError, isWorthRepeating, storeUnavailable } from '../pool/errors.js';
import { GuardedClient, type GuardedClientConfig } from '../pool/guarded-client.js';
import { QueryWatch, type QueryListener } from '../pool/query-watch.js';
import { createLogger, type Log } from '#libs/observability';
import { Outbox, type OutboxOptions } from '../outbox/outbox.js';
import { RolePool, type PoolGauge } from '../pool/role-pool.js';
import { runTransaction, type TransactionMode } from './run-transaction.js';
import { roleUrl, type PostgresSettings } from '../pool/settings.js';
import { OuterTransaction, type PartMode } from './outer-transaction.js';
import type { SystemTransactionOptions, Work } from './transaction.js';

export interface DatabaseOptions extends PostgresSettings {
  /** Name of the service: its schema, and part of its role names. */
  readonly service: string;
  /** TypeORM entities of the service. Default: none. */
  readonly entities?: DataSourceOptions['entities'];
  readonly outbox?: Omit<OutboxOptions, 'service' | 'causationId'>;
  /** Default: errors alone, on standard output. */
  readonly log?: Log;
}

/** Runs work; transactions that it opens become savepoints of the outer transaction. */
export type RunInside = <T>(inside: () => Promise<T>) => Promise<T>;

const APP_POOL_SIZE = 10;
const SYSTEM_POOL_SIZE = 8;
const RETRIES = 3;
const RETRY_BASE_MS = 100;

/**
 * The database of one service, accessed through its app role (restricted to one organization by row-level security) and its
 * system role. Connects at the first use. While Postgres is down, calls fail with `store_unavailable` within a second; the first
 * call after its return works.
 */
export class Database {
  readonly service: string;
  readonly #app: RolePool;
  readonly #system: RolePool;
  /** A separate connection, so that busy pools do not make the service unready. */
  readonly #health: pg.Pool;
  readonly #log: Log;
  readonly #queries: QueryWatch;

  constructor(private readonly options: DatabaseOptions) {
    const { service, entities } = options;
    this.service = service;
    this.#log = options.log ?? createLogger({ service, level: 'error' });
    this.#queries = new QueryWatch(service, this.#log);
    const pool = (role: 'app' | 'system', size: number): RolePool => {
      const onQueryEnd = this.#queries.finished.bind(this.#queries, role);
      const { connectTimeoutMs } = options;
      return new RolePool({
        url: roleUrl(options, service, role),
        service,
        size,
        connectTimeoutMs,
        entities,
        onQueryEnd,
      });
    };
    this.#app = pool('app', APP_POOL_SIZE);
    this.#system = pool('system', SYSTEM_POOL_SIZE);
    this.#health = new pg.Pool({ ...this.systemClient('health'), Client: GuardedClient, max: 1 });
    this.#health.on('error', () => undefined);
  }

  static open(options: DatabaseOptions): Database {
    return new Database(options);
  }

  /**
   * Runs the work in one transaction of the app role, which sees the rows of `scope` and of the platform. The work may run up
   * to four times (deadlocks, serialization failures), so it must have no effects outside the transaction.
   * @throws AppError `store_unavailable` when Postgres is down or overloaded; after a rollback, every error of the work
   */
  transaction<T>(scope: Scope, work: Work<T>): Promise<T> {
    return this.#run(this.#app, { scope, readOnly: false }, work);
  }

  /** Like `transaction`, with the system role, which sees every row: for consumers and jobs. */
  systemTransaction<T>(work: Work<T>, { scope = PLATFORM, causationId }: SystemTransactionOptions = {}): Promise<T> {
    return this.#run(this.#system, { scope, readOnly: false }, work, causationId);
  }

  /** Like `transaction`, read-only, with one snapshot for all queries. */
  read<T>(scope: Scope, work: Work<T>): Promise<T> {
    return this.#run(this.#app, { scope, readOnly: true }, work);
  }

  /**
   * Runs the work in one transaction of the system role. Transactions of this database that are opened inside `runInside` become
   * its savepoints, each with its own role and scope, and commit together. They run one after the other; one that fails is
   * rolled back alone. The work may run up to four times, as in `transaction`.
   */
  outerTransaction<T>(work: (manager: EntityManager, runInside: RunInside) => Promise<T>): Promise<T> {
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
    await within(this.#app.connectTimeoutMs, this.#health.query('select 1'), late).catch((error: unknown) => {
      throw storeUnavailable(error);
    });
  }

  /** Calls the listener at the end of each statement, for metrics. It must neither block nor throw. */
  onQuery(listener: QueryListener): void {
    this.#queries.listen(listener);
  }

  /** Connections of both pools, for metrics and tests. */
  pools(): { readonly app: PoolGauge; readonly system: PoolGauge } {
    return { app: this.#app.gauge(), system: this.#system.gauge() };
  }

  async close(): Promise<void> {
    await Promise.all([this.#app.close(), this.#system.close(), this.#health.ended || this.#health.end()]);
  }

  /** Returns the configuration of a connection of the system role outside the pools. */
  systemClient(purpose: string): GuardedClientConfig {
    const onQueryEnd = this.#queries.finished.bind(this.#queries, purpose);
    const url = roleUrl(this.options, this.service, 'system');
    return { ...clientConfig(url, this.service, purpose, this.options.connectTimeoutMs), onQueryEnd };
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
