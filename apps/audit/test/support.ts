import { jetstream } from '@nats-io/jetstream';
import pg from 'pg';
import {
  auditRpc,
  durables,
  scopeOf,
  streams,
  systemOrigin,
  type AuditEntryView,
  type AuditFilter,
  type Page,
  type PageOf,
} from '#libs/contracts';
import { ensureTopology } from '#libs/bus';
import { prepareDatabase, roleUrl, type DatabaseRole } from '#libs/postgres';
import { start, type Running } from '#libs/service';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import type { AuditFact } from '../src/domain/entry.js';
import { auditMigrations, auditService } from '../src/index.js';

const ROLE_SECRET = 'the secret of the roles in tests';

/** The audit service on servers of its own. */
export interface AuditProcess {
  readonly servers: PrivateServers;
  readonly running: Running;
  publish(fact: AuditFact, msgID?: string): Promise<void>;
  list(scope: string, filter?: AuditFilter, page?: Partial<Page>): Promise<PageOf<AuditEntryView>>;
  /** Waits until the chain has so many entries. */
  chainOf(scope: string, length: number): Promise<readonly AuditEntryView[]>;
  /** One statement as a role, in a transaction of the scope. */
  as(role: DatabaseRole, scope: string, sql: string): Promise<pg.QueryResult<Record<string, unknown>>>;
  stop(): Promise<void>;
}

export async function auditProcess(): Promise<AuditProcess> {
  const servers = await privateServers();
  await prepareDatabase(servers.postgresUrl, [{ name: 'audit', migrations: auditMigrations }], ROLE_SECRET);
  const running = await start('audit', [auditService], {
    LOOM_HTTP_PORT: '0',
    LOOM_LOG_LEVEL: 'error',
    LOOM_NATS_URL: servers.natsUrl,
    LOOM_REDIS_URL: servers.redisUrl,
    LOOM_POSTGRES_URL: servers.postgresUrl,
    LOOM_ROLE_SECRET: ROLE_SECRET,
  });
  const { bus, rpc } = running.runtime;
  const connection = await bus.connection();
  await ensureTopology(connection, { streams, durables: Object.values(durables), replicas: 1 });
  await bus.flush();

  const list: AuditProcess['list'] = (scope, filter = {}, page = {}) =>
    rpc.ask(auditRpc.listEntries, { filter, page: { limit: 50, order: 'desc', ...page } }, systemOrigin(scope, 'test'));
  return {
    servers,
    running,
    publish: async (fact, msgID) => {
      await jetstream(connection).publish(`audit.recorded.${scopeOf(fact)}`, JSON.stringify(fact), { msgID });
    },
    list,
    chainOf: async (scope, length) => {
      for (;;) {
        const { data } = await list(scope, {}, { limit: 200, order: 'asc' });
        if (data.length >= length) return data;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    as: (role, scope, sql) =>
      asRole(roleUrl({ url: servers.postgresUrl, roleSecret: ROLE_SECRET }, 'audit', role), scope, sql),
    stop: async () => {
      await running.stop();
      await servers.stop();
    },
  };
}

async function asRole(url: string, scope: string, sql: string): Promise<pg.QueryResult<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=audit', query_timeout: 5_000 });
  await client.connect();
  try {
    await client.query(`select set_config('app.org_id', $1, false)`, [scope]);
    return await client.query<Record<string, unknown>>(sql);
  } finally {
    await client.end();
  }
}
