import { DataSource, type DataSourceOptions } from 'typeorm';
import { CONNECT_TIMEOUT_MS, IDLE_TIMEOUT_MS, sessionLimits, sessionOptions } from './client-config.js';
import { storeUnavailable } from './errors.js';
import { GuardedClient, type GuardedClientConfig } from './guarded-client.js';

export interface PoolGauge {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
  readonly max: number;
}

export interface RolePoolOptions {
  readonly url: string;
  readonly service: string;
  readonly size: number;
  /** Default: 1,000. */
  readonly connectTimeoutMs?: number;
  readonly entities?: DataSourceOptions['entities'];
  readonly onQueryEnd?: GuardedClientConfig['onQueryEnd'];
}

/** The members of pg's pool that are used here; TypeORM does not declare them. */
interface PgPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  end(): Promise<void>;
}

/** The connection pool of one role. Opened at the first use; when that fails, at the next one. */
export class RolePool {
  #opening: Promise<DataSource> | undefined;
  #open: DataSource | undefined;
  #closed = false;

  constructor(private readonly options: RolePoolOptions) {}

  get connectTimeoutMs(): number {
    return this.options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  }

  /** Opens the pool if necessary. Fails within the connect timeout when no server answers. */
  source(): Promise<DataSource> {
    if (this.#closed) return Promise.reject(storeUnavailable(new Error('The database is closed')));
    this.#opening ??= this.#connect();
    return this.#opening;
  }

  gauge(): PoolGauge {
    const pool = this.#open === undefined ? undefined : pgPool(this.#open);
    return {
      total: pool?.totalCount ?? 0,
      idle: pool?.idleCount ?? 0,
      waiting: pool?.waitingCount ?? 0,
      max: this.options.size,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening?.catch(() => undefined);
    await this.#open?.destroy();
    this.#open = undefined;
  }

  async #connect(): Promise<DataSource> {
    const source = new DataSource(dataSourceOptions(this.options));
    try {
      this.#open = await source.initialize();
      return source;
    } catch (error) {
      this.#opening = undefined;
      void pgPool(source)
        ?.end()
        .catch(() => undefined);
      throw error;
    }
  }
}

function pgPool(source: DataSource): PgPool | undefined {
  const { master } = source.driver as { readonly master?: PgPool };
  return master;
}

function dataSourceOptions({ url, service, size, entities, onQueryEnd, ...rest }: RolePoolOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    schema: service,
    entities,
    synchronize: false,
    installExtensions: false,
    poolSize: size,
    connectTimeoutMS: rest.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    applicationName: new URL(url).username,
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
    // A lost idle connection is replaced at the next use, which reports the error.
    poolErrorHandler: () => undefined,
    extra: {
      ...sessionLimits,
      Client: GuardedClient,
      onQueryEnd,
      // Statements that are sent without waiting for each other share a round trip.
      pipeline: true,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      keepAlive: true,
      options: sessionOptions(service),
    },
  };
}
