import pg from 'pg';
import {
  durables,
  parseFact,
  facts as catalogue,
  streams,
  type Actor,
  type AuditRecordedV1,
  type Fact,
  type FactOf,
  type Origin,
  type Rpc,
} from '#libs/contracts';
import { Bus, ensureTopology } from '#libs/bus';
import { Database, prepareDatabase, roleUrl, type DatabaseRole } from '#libs/postgres';
import { start, type Running } from '#libs/service';
import { deriveKey, SealedBox } from '#libs/crypto';
import { createLogger } from '#libs/observability';
import { Secret, SystemClock } from '#libs/kernel';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { DatabaseUnitOfWork } from '../src/db/postgres-unit-of-work.js';
import { accountsRows } from '../src/db/entities.js';
import { accountsMigrations, accountsService } from '../src/index.js';

export const ROLE_SECRET = 'the secret of the roles in tests';
export const ADMIN = { email: 'root@loom.localhost', password: 'correct horse battery' } as const;

type Facts = readonly Fact[];
type Audited = FactOf<typeof AuditRecordedV1>;

/** The accounts service on servers of its own, and what it said on the bus. */
export interface AccountsProcess {
  readonly running: Running;
  readonly database: TestDatabase;
  ask<C, A>(rpc: Rpc<C, A>, command: C, origin?: Origin): Promise<A>;
  /** All that was published on behalf of a request, once the outbox is empty. */
  said(requestId: string): Promise<{ readonly facts: Facts; readonly audited: readonly Audited[] }>;
  stop(): Promise<void>;
}

export async function accountsProcess(settings: Record<string, string> = {}): Promise<AccountsProcess> {
  const servers = await privateServers();
  const database = await testDatabase(servers.postgresUrl);
  await prepareBus(servers.natsUrl);
  const running = await start('accounts', [accountsService], { ...environment(servers), ...settings });
  const { bus, rpc } = running.runtime;
  const heard: Fact[] = [];
  for (const { everyScope } of catalogue) {
    bus.subscribe(everyScope, (message) => void heard.push(parseFact(message.string(), [...catalogue])));
  }
  await bus.connection();
  await bus.flush();
  await untilTrue(async () => (await database.sql('select 1 from app_user')).length === 1);
  return {
    running,
    database,
    ask: (to, command, origin) => rpc.ask(to, command, origin, { timeoutMs: 10_000 }),
    said: async (requestId) => {
      await untilTrue(async () => (await database.sql('select 1 from outbox')).length === 0);
      await bus.flush();
      const all = heard.filter(({ metadata }) => metadata.correlation_id === requestId);
      const isAudit = ({ type }: Fact): boolean => type === 'audit.recorded';
      return { facts: all.filter((fact) => !isAudit(fact)), audited: all.filter(isAudit) as Audited[] };
    },
    stop: async () => {
      await running.stop();
      await database.close();
      await servers.stop();
    },
  };
}

/** Before anybody publishes: the first start tells the audit log whom it made. */
async function prepareBus(url: string): Promise<void> {
  const bus = new Bus({ url, name: 'preparation' }, createLogger({ service: 'preparation', level: 'fatal' }));
  bus.start();
  await ensureTopology(await bus.connection(), { streams, durables: Object.values(durables), replicas: 1 });
  await bus.drain();
}

function environment(servers: PrivateServers): Record<string, string> {
  return {
    LOOM_HTTP_PORT: '0',
    LOOM_LOG_LEVEL: 'error',
    LOOM_NATS_URL: servers.natsUrl,
    LOOM_REDIS_URL: servers.redisUrl,
    LOOM_POSTGRES_URL: servers.postgresUrl,
    LOOM_ROLE_SECRET: ROLE_SECRET,
    LOOM_ADMIN_EMAIL: ADMIN.email,
    LOOM_ADMIN_PASSWORD: ADMIN.password,
  };
}

export interface TestDatabase {
  readonly uow: DatabaseUnitOfWork;
  /** As the superuser, past every policy. */
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** As a role of the service, in the scope of an organization. */
  as(role: DatabaseRole, scope: string, text: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** The migrated tables, opened twice: as the service opens them, and past all walls. */
export async function testDatabase(url: string): Promise<TestDatabase> {
  await prepareDatabase(url, [{ name: 'accounts', migrations: accountsMigrations }], ROLE_SECRET);
  const admin = new pg.Pool({ connectionString: url, max: 2, options: '-c search_path=accounts' });
  // The database is dropped while the pool's connections are still closing.
  admin.on('error', () => undefined);
  const database = Database.open({ service: 'accounts', url, roleSecret: ROLE_SECRET, entities: accountsRows });
  return {
    uow: new DatabaseUnitOfWork(database, new SealedBox(deriveKey(new Secret(ROLE_SECRET), 'signing keys'))),
    sql: async (text, values = []) => (await admin.query<Record<string, unknown>>(text, [...values])).rows,
    as: (role, scope, text) => asRole(roleUrl({ url, roleSecret: ROLE_SECRET }, 'accounts', role), scope, text),
    close: async () => {
      await database.close();
      await admin.end();
    },
  };
}

async function asRole(url: string, scope: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    connectionString: url,
    options: '-c search_path=accounts',
    query_timeout: 5_000,
    connectionTimeoutMillis: 5_000,
  });
  await client.connect();
  try {
    await client.query(`select set_config('app.org_id', $1, false)`, [scope]);
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function untilTrue(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 25));
}

let requests = 0;

/** A request of its own, so that what it caused can be told apart. */
export function anOrigin(scope: string, userId: string, actor: Partial<Actor> = {}): Origin {
  requests += 1;
  return { scope, actor: { type: 'user', id: userId, ...actor }, request_id: `request-${requests}` };
}

/** A clock that goes when it is told to. */
export class SteppingClock extends SystemClock {
  #atMs = Date.parse('2030-01-01T00:00:00.000Z');

  override now(): Date {
    return new Date(this.#atMs);
  }

  advance(ms: number): void {
    this.#atMs += ms;
  }
}
