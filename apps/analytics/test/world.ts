import { jetstream, jetstreamManager, type PubAck } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import type pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { Bus, RpcClient } from '#libs/bus';
import { durables, PACK_HEADERS, PACK_OF_EVENTS, packSubject, type EventRow } from '#libs/contracts';
import type { PrivateServers } from '#libs/local-servers';
import { createLogger } from '#libs/observability';
import { Database, prepareDatabase } from '#libs/postgres';
import {
  asRole,
  InMemoryPublisher,
  makeStreams,
  ROLE_SECRET,
  until,
  startServices,
  type RunningServices,
  type ServiceRole,
} from '#libs/testing';
import { composeAnalytics } from '../src/composition.js';
import { analyticsMigrations, analyticsService } from '../src/index.js';

export const ORG_A = '01900000-0000-7000-8000-00000000000a';
export const ORG_B = '01900000-0000-7000-8000-00000000000b';

const EVENTS = { [PACK_HEADERS.kind]: PACK_OF_EVENTS.kind, [PACK_HEADERS.version]: PACK_OF_EVENTS.version };
const logger = createLogger({ service: 'test', level: 'silent' });

interface DeadLetterSeen {
  readonly reason: string;
  readonly data: string;
}

/** Publishes packs as the capture service does, and reads the state of the streams. */
export interface Intake {
  readonly connection: NatsConnection;
  publish(rows: readonly unknown[] | string, org?: string, head?: Readonly<Record<string, string>>): Promise<PubAck>;
  /** Waits until all published packs are acknowledged. */
  settled(): Promise<void>;
  deadLetters(): Promise<readonly DeadLetterSeen[]>;
  close(): Promise<void>;
}

export async function prepared(postgresUrl: string): Promise<void> {
  await prepareDatabase(postgresUrl, [analyticsMigrations], ROLE_SECRET);
}

/** Prepares database and streams; works whether the service runs or not. */
export async function openIntake(servers: PrivateServers): Promise<Intake> {
  await prepared(servers.postgresUrl);
  const connection = await connect(servers.nats.connection);
  await makeStreams(connection);
  const manager = await jetstreamManager(connection);
  const { stream, name } = durables.analyticsEvents;
  return {
    connection,
    publish: (rows, org = ORG_A, head = EVENTS) => {
      const all = headers();
      for (const [key, value] of Object.entries(head)) all.set(key, value);
      const data = typeof rows === 'string' ? rows : JSON.stringify(rows);
      return jetstream(connection).publish(packSubject(org), data, { headers: all, msgID: uuidv7() });
    },
    settled: async () => {
      const { state } = await manager.streams.info(stream);
      await until(async () => {
        const { delivered, num_pending, num_ack_pending } = await manager.consumers.info(stream, name);
        // The server counts a new message as pending a moment after it acknowledged the publisher.
        return delivered.stream_seq >= state.last_seq && num_pending + num_ack_pending === 0;
      });
    },
    deadLetters: async () => {
      const { state } = await manager.streams.info('DEAD');
      const seen: DeadLetterSeen[] = [];
      for (let seq = 1; seq <= state.last_seq; seq++) {
        const message = await manager.streams.getMessage('DEAD', { seq });
        seen.push({ reason: message!.header.get('loom-reason'), data: message!.string() });
      }
      return seen;
    },
    close: () => connection.close(),
  };
}

/** The analytics service in this process. */
export function startAnalytics(servers: PrivateServers): Promise<RunningServices> {
  return startServices('analytics', [analyticsService], servers, { LOOM_LOG_LEVEL: 'silent' });
}

/** The use cases of analytics on a prepared database, without a running service. Its bus is not connected. */
export function analyticsOn(postgresUrl: string) {
  const database = new Database({ service: 'analytics', url: postgresUrl, roleSecret: ROLE_SECRET });
  const rpc = new RpcClient(new Bus({ url: 'nats://127.0.0.1:1', name: 'test' }, logger));
  return composeAnalytics({ database, rpc, publisher: new InMemoryPublisher(), registry: new Registry(), logger });
}

export function aRow(more: Partial<EventRow> = {}): EventRow {
  return {
    event_id: uuidv7(),
    distinct_id: 'anon-1',
    event: 'purchase',
    properties: { plan: 'pro', amount: 5 },
    timestamp: new Date().toISOString(),
    received_at: new Date().toISOString(),
    ...more,
  };
}

/** The rows of one statement, or of several without values, as a role of the service in the scope of an organization. */
export async function rowsAs<R extends pg.QueryResultRow = Record<string, unknown>>(
  url: string,
  role: ServiceRole,
  sql: string,
  values: readonly unknown[] = [],
  scope = ORG_A,
): Promise<R[]> {
  const { rows } = await asRole({ url, service: 'analytics', role, scope }, sql, values);
  return rows as R[];
}

/** Ids of all stored events, and the number of ids that were ever seen, of all organizations. */
export async function contents(postgresUrl: string): Promise<{ ids: string[]; seen: number }> {
  const rows = await rowsAs<{ id: string }>(postgresUrl, 'system', 'select event_id as id from event order by 1');
  const [seen] = await rowsAs<{ n: number }>(postgresUrl, 'system', 'select count(*)::int as n from event_seen');
  return { ids: rows.map(({ id }) => id), seen: seen!.n };
}

/** Hours with a counter that differs from the number of rows (I-19). */
export function wrongCounters(postgresUrl: string): Promise<Record<string, unknown>[]> {
  return rowsAs(
    postgresUrl,
    'system',
    `select * from (
       select org_id, event_name, date_trunc('hour', timestamp, 'UTC') as hour,
         coalesce(environment_id, '00000000-0000-0000-0000-000000000000') as environment_id, count(*) from event group by 1, 2, 3, 4
     ) as rows full join event_hour using (org_id, event_name, hour, environment_id)
     where rows.count is distinct from event_hour.count`,
  );
}
