import pg from 'pg';
import {
  facts as catalogue,
  parseFact,
  type Actor,
  type AuditRecordedV1,
  type Fact,
  type FactOf,
  type Origin,
  type Rpc,
} from '#libs/contracts';
import { Argon2Hasher, deriveKey, SealedBox, UuidV7Ids } from '#libs/crypto';
import { Secret, SystemClock } from '#libs/kernel';
import { privateServers } from '#libs/local-servers';
import { Database, prepareDatabase } from '#libs/postgres';
import {
  asRole,
  prepareStreams,
  ROLE_SECRET,
  startServices,
  until,
  type RunningServices,
  type ServiceRole,
} from '#libs/testing';
import type { AccountsPolicy } from '../src/application/ports/policy.js';
import { FailedNetworks } from '../src/cache/failed-networks.js';
import { MemoryFailureLimit } from '../src/cache/memory-failure-limit.js';
import type { AccountsPorts } from '../src/application/ports/all.js';
import { accountsUseCases, type AccountsUseCases } from '../src/application/composition.js';
import { KeyedEntropy } from '../src/crypto/keyed-entropy.js';
import { rs256TokenSigner } from '../src/crypto/rs256-token-signer.js';
import { PostgresKeyUses } from '../src/db/api-keys/key-use.store.js';
import { PostgresRevokedKeys } from '../src/db/api-keys/revoked-key.store.js';
import { accountsEntities } from '../src/db/entities.js';
import { PostgresUnitOfWork } from '../src/db/postgres-unit-of-work.js';
import { PostgresEndedSessions } from '../src/db/sessions/ended-session.store.js';
import { accountsMigrations, accountsService } from '../src/index.js';

export const ADMIN = { email: 'root@loom.localhost', password: 'correct horse battery' } as const;
export const DAY_MS = 86_400_000;
const SECRET = new Secret(ROLE_SECRET);
/** No test of accounts is about an outage of Postgres: a busy machine must not count as one. */
const BUSY_MACHINE_MS = 20_000;

/** The settings of a platform that sets nothing. */
export const aPolicy: AccountsPolicy = {
  issuer: 'loom',
  audience: 'loom',
  accessTtlS: 900,
  refreshTtlMs: { web: 7 * DAY_MS, native: 30 * DAY_MS },
  sessionMaxMs: 30 * DAY_MS,
  openOrganizations: false,
  keyRotationMs: 90 * DAY_MS,
  quotas: { environments: 50, keys: 2_000, members: 1_000 },
};

type Facts = readonly Fact[];
type Audited = FactOf<typeof AuditRecordedV1>;

/** The accounts service on servers of its own, and what it published. */
export interface AccountsProcess {
  readonly running: RunningServices;
  readonly database: TestDatabase;
  ask<C, A>(rpc: Rpc<C, A>, command: C, origin?: Origin): Promise<A>;
  /** Everything that was published on behalf of a request, once the outbox is empty. */
  published(requestId: string): Promise<{ readonly facts: Facts; readonly audited: readonly Audited[] }>;
  stop(): Promise<void>;
}

export async function accountsProcess(settings: Record<string, string> = {}): Promise<AccountsProcess> {
  const servers = await privateServers();
  const database = await testDatabase(servers.postgresUrl);
  const firstAdmin = { LOOM_ADMIN_EMAIL: ADMIN.email, LOOM_ADMIN_PASSWORD: ADMIN.password };
  const running = await startServices('accounts', [accountsService], servers, {
    ...firstAdmin,
    LOOM_POSTGRES_CONNECT_TIMEOUT_MS: String(BUSY_MACHINE_MS),
    ...settings,
  });
  await prepareStreams(running);
  const { bus, rpc } = running.runtime;
  const received: Fact[] = [];
  for (const { everyScope } of catalogue) {
    bus.subscribe(everyScope, (message) => void received.push(parseFact(message.string(), [...catalogue])));
  }
  await bus.flush();
  await until(async () => (await database.sql('select 1 from app_user')).length === 1);
  return {
    running,
    database,
    ask: (to, command, origin) => rpc.ask(to, command, origin, { timeoutMs: 10_000 }),
    published: async (requestId) => {
      await until(async () => (await database.sql('select 1 from outbox')).length === 0);
      await bus.flush();
      const all = received.filter(({ metadata }) => metadata.correlation_id === requestId);
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

export interface TestDatabase {
  readonly uow: PostgresUnitOfWork;
  /** The use cases of one process on this database. Default: the adapters of production, without Redis. */
  useCases(ports?: Partial<AccountsPorts>): AccountsUseCases;
  /** As the superuser, without any policy. */
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** As a role of the service, in the scope of an organization. */
  as(role: ServiceRole, scope: string, text: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** The migrated tables, opened twice: as the service opens them, and as the superuser. `isPrepared`: by the test itself. */
export async function testDatabase(url: string, { isPrepared = false } = {}): Promise<TestDatabase> {
  if (!isPrepared) await prepareDatabase(url, [accountsMigrations], ROLE_SECRET);
  const admin = new pg.Pool({ connectionString: url, max: 2, options: '-c search_path=accounts' });
  // The database is dropped while the pool's connections are still closing.
  admin.on('error', () => undefined);
  const database = new Database({
    service: 'accounts',
    url,
    roleSecret: ROLE_SECRET,
    connectTimeoutMs: BUSY_MACHINE_MS,
    entities: accountsEntities,
  });
  const uow = new PostgresUnitOfWork(database, new SealedBox(deriveKey(SECRET, 'signing keys')));
  return {
    uow,
    useCases: (ports) => accountsUseCases({ ...portsOf(database, uow), ...ports }),
    sql: async (text, values = []) => (await admin.query<Record<string, unknown>>(text, [...values])).rows,
    as: async (role, scope, text) => (await asRole({ url, service: 'accounts', role, scope }, text)).rows,
    close: async () => {
      await database.close();
      await admin.end();
    },
  };
}

function portsOf(database: Database, uow: PostgresUnitOfWork): AccountsPorts {
  const clock = new SystemClock();
  return {
    uow,
    hasher: new Argon2Hasher('sign-in'),
    keyHasher: new Argon2Hasher('keys'),
    networks: new FailedNetworks(clock),
    onLateAudit: (error) => {
      throw error;
    },
    entropy: new KeyedEntropy(deriveKey(SECRET, 'refresh tokens')),
    failures: new MemoryFailureLimit(clock, 5),
    linkFailures: new MemoryFailureLimit(clock, 30),
    signer: rs256TokenSigner(),
    keyRecords: { keep: () => undefined },
    revokedKeys: new PostgresRevokedKeys(database),
    endedSessions: new PostgresEndedSessions(database),
    keyUses: new PostgresKeyUses(database),
    clock,
    ids: new UuidV7Ids(),
    policy: aPolicy,
  };
}

let requests = 0;

/** The origin of a request of its own, so that the facts it causes can be recognized. */
export function anOrigin(scope: string, userId: string, actor: Partial<Actor> = {}): Origin {
  requests += 1;
  return { scope, actor: { type: 'user', id: userId, ...actor }, request_id: `request-${requests}` };
}
