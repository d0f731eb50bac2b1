import { jetstream, jetstreamManager, type PubAck } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { durables, PACK_HEADERS, PACK_OF_EVENTS, packSubject, streams, type EventRow } from '#libs/contracts';
import { ensureTopology } from '#libs/bus';
import { start, type Running } from '#libs/service';
import type { PrivateServers } from '#libs/local-servers';
import { uuidv7 } from 'uuidv7';
import { analyticsService } from '../src/index.js';
import { asRole, ORG_A, prepared, ROLE_SECRET } from './support.js';

interface DeadLetterSeen {
  readonly reason: string;
  readonly data: string;
}

/** The intake as the capture service writes it, and what a test asks of the bus. */
export interface Intake {
  readonly connection: NatsConnection;
  publish(rows: readonly unknown[] | string, org?: string, head?: Readonly<Record<string, string>>): Promise<PubAck>;
  /** Waits until everything that was published is acknowledged. */
  settled(): Promise<void>;
  deadLetters(): Promise<readonly DeadLetterSeen[]>;
  close(): Promise<void>;
}

const EVENTS = { [PACK_HEADERS.kind]: PACK_OF_EVENTS.kind, [PACK_HEADERS.version]: PACK_OF_EVENTS.version };

/** Prepares the servers, and is there whether or not the service runs. */
export async function openIntake(servers: PrivateServers): Promise<Intake> {
  await prepared(servers.postgresUrl);
  const connection = await connect(servers.nats.connection);
  await ensureTopology(connection, { streams, durables: Object.values(durables), replicas: 1 });
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
    settled: () =>
      until(async () => {
        const info = await manager.consumers.info(stream, name);
        return info.num_pending + info.num_ack_pending === 0;
      }),
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
export function startAnalytics(servers: PrivateServers): Promise<Running> {
  return start('analytics', [analyticsService], {
    LOOM_HTTP_PORT: '0',
    LOOM_LOG_LEVEL: 'silent',
    LOOM_NATS_URL: servers.natsUrl,
    LOOM_REDIS_URL: servers.redisUrl,
    LOOM_POSTGRES_URL: servers.postgresUrl,
    LOOM_ROLE_SECRET: ROLE_SECRET,
  });
}

/** Asks again until it is so; the test's own time limit ends it otherwise. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
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

/** What the store holds, as everybody sees it who is past the walls. */
export async function contents(postgresUrl: string): Promise<{ ids: string[]; seen: number }> {
  const rows = await asRole<{ id: string }>(postgresUrl, 'system', 'select event_id as id from event order by 1');
  const [seen] = await asRole<{ n: number }>(postgresUrl, 'system', 'select count(*)::int as n from event_seen');
  return { ids: rows.map(({ id }) => id), seen: seen!.n };
}

/** Hours whose counter is not the number of rows (I-19). */
export function wrongCounters(postgresUrl: string): Promise<Record<string, unknown>[]> {
  return asRole(
    postgresUrl,
    'system',
    `select * from (
       select org_id, event_name, date_trunc('hour', timestamp, 'UTC') as hour,
         coalesce(environment_id, '00000000-0000-0000-0000-000000000000') as environment_id, count(*) from event group by 1, 2, 3, 4
     ) as rows full join event_hour using (org_id, event_name, hour, environment_id)
     where rows.count is distinct from event_hour.count`,
  );
}
