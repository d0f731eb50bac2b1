import { jetstream } from '@nats-io/jetstream';
import pg from 'pg';
import {
  auditRpc,
  scopeOf,
  systemOrigin,
  type AuditEntryView,
  type AuditFilter,
  type Page,
  type PageOf,
} from '#libs/contracts';
import { prepareDatabase } from '#libs/postgres';
import {
  asRole,
  prepareStreams,
  ROLE_SECRET,
  startServices,
  type RunningServices,
  type ServiceRole,
} from '#libs/testing';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import type { AuditFact } from '../src/domain/entry.js';
import { auditMigrations, auditService } from '../src/index.js';

/** The audit service in this process, on servers that no other test uses. */
export interface AuditWorld {
  readonly servers: PrivateServers;
  readonly running: RunningServices;
  publish(fact: AuditFact, msgID?: string): Promise<void>;
  list(scope: string, filter?: AuditFilter, page?: Partial<Page>): Promise<PageOf<AuditEntryView>>;
  /** Waits until the chain has at least `length` entries. */
  chainOf(scope: string, length: number): Promise<readonly AuditEntryView[]>;
  /** Runs one statement as a database role, in the scope of an organization. */
  as(role: ServiceRole, scope: string, sql: string): Promise<pg.QueryResult<Record<string, unknown>>>;
  stop(): Promise<void>;
}

export async function auditWorld(): Promise<AuditWorld> {
  const servers = await privateServers();
  await prepareDatabase(servers.postgresUrl, [auditMigrations], ROLE_SECRET);
  const running = await startServices('audit', [auditService], servers);
  await prepareStreams(running);
  const { bus, rpc } = running.runtime;
  const connection = await bus.connection();

  const list: AuditWorld['list'] = (scope, filter = {}, page = {}) =>
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
    as: (role, scope, sql) => asRole({ url: servers.postgresUrl, service: 'audit', role, scope }, sql),
    stop: async () => {
      await running.stop();
      await servers.stop();
    },
  };
}
