import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startNats, type NatsOptions, type NatsServer } from '../nats/nats.js';
import { startPostgres, withClient, type PostgresServer } from '../postgres/postgres.js';
import { startRedis, type RedisServer } from '../redis/redis.js';
import { makeTestRoot, removeTestRoot } from './test-root.js';

/** The real servers of one test file. URLs stay valid over `restart()` of a server. */
export interface PrivateServers {
  /** A new, empty database. */
  readonly postgresUrl: string;
  readonly natsUrl: string;
  readonly redisUrl: string;
  readonly nats: NatsServer;
  readonly redis: RedisServer;
  /** Present with `ownPostgres`: the run's shared Postgres must not be killed, other files use it. */
  readonly postgres: PostgresServer | undefined;
  /** Ends and removes everything. */
  stop(): Promise<void>;
}

/** Options of `privateServers`. */
export interface PrivateServersOptions {
  /** A Postgres of its own that may be killed and frozen, and where roles are not shared; costs about two seconds. */
  readonly ownPostgres?: boolean;
  /** The own Postgres keeps what it committed, as `npm start`'s does: for measurements. Default: false. */
  readonly durable?: boolean;
  readonly nats?: Omit<NatsOptions, 'dataDir' | 'dieWithParent'>;
}

/** A new database; `drop` ends all connections to it and removes it. */
export interface FreshDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** The environment variable with the URL of the run's shared Postgres; jest's global set-up sets it. */
export const sharedPostgresVariable = 'LOOM_TEST_POSTGRES_URL';

/**
 * Postgres, NATS with JetStream and Redis for one test file, on free ports of 127.0.0.1, with no data. Postgres is a
 * fresh database in the run's shared server; NATS and Redis are the file's own.
 */
export async function privateServers(options: PrivateServersOptions = {}): Promise<PrivateServers> {
  const root = await makeTestRoot();
  try {
    return await startAll(root, options);
  } catch (error) {
    await removeTestRoot(root);
    throw error;
  }
}

async function startAll(root: string, options: PrivateServersOptions): Promise<PrivateServers> {
  const shared = options.ownPostgres ? undefined : process.env[sharedPostgresVariable];
  const startOwn = (): Promise<PostgresServer> => startTestPostgres(join(root, 'postgres'), options.durable);
  const [postgres, nats, redis] = await Promise.all([
    shared === undefined ? startOwn() : undefined,
    startNats({ ...options.nats, dataDir: join(root, 'nats'), dieWithParent: true }),
    startRedis({ dataDir: join(root, 'redis'), dieWithParent: true }),
  ]);
  const database = await freshDatabase(postgres?.url ?? shared);
  const stop = async (): Promise<void> => {
    if (postgres === undefined) await database.drop();
    await Promise.all([postgres?.kill9(), nats.kill9(), redis.kill9()]);
    await removeTestRoot(root);
  };
  return { postgresUrl: database.url, natsUrl: nats.url, redisUrl: redis.url, nats, redis, postgres, stop };
}

/** A Postgres for tests: no fsync unless asked for, ends with the process that started it. */
export function startTestPostgres(dataDir: string, durable = false): Promise<PostgresServer> {
  return startPostgres({ dataDir, durable, dieWithParent: true });
}

/**
 * A new empty database in the given server, or in the run's shared one.
 *
 * @throws Error when no server is given and the run has none
 */
export async function freshDatabase(serverUrl = process.env[sharedPostgresVariable]): Promise<FreshDatabase> {
  if (serverUrl === undefined) throw new Error(`${sharedPostgresVariable} is not set: use privateServers()`);
  const name = `t_${randomBytes(6).toString('hex')}`;
  await withClient(serverUrl, (client) => client.query(`create database ${name}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const drop = async (): Promise<void> => {
    await withClient(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
  };
  return { url: url.href, drop };
}
