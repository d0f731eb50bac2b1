import { AckPolicy, jetstream, jetstreamManager, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import pg, { type Connection, type Submittable } from 'pg';
import type { EventRow } from '#libs/contracts';

const STREAM = 'FLOOR';
export const FLOOR_SUBJECT = 'floor.events';
const DURABLE = 'floor';
const BATCH_PACKS = 20;
const COLUMNS = `(org_id uuid not null, event_id uuid not null, distinct_id text not null, event_name text not null, properties jsonb not null,
  timestamp timestamptz not null, received_at timestamptz not null, lib text, lib_version text)`;
const INDEXES = `create unique index on TABLE (org_id, timestamp, event_id); create index on TABLE (org_id, event_name, timestamp);
  create index on TABLE (org_id, distinct_id, timestamp)`;
const ORG = '01900000-0000-7000-8000-00000000000a';

/** Without any index, or with the three that `event` has. */
export type FloorTable = 'bare' | 'indexed';

/**
 * The least that storing packs can cost: messages of a stream, JSON.parse, COPY of 20 packs at a time over one connection, acknowledged after
 * the commit. Duplicates are stored: it does not search for an event before it writes it.
 */
export class CopyFloor {
  private constructor(
    private readonly database: pg.Client,
    private readonly connection: NatsConnection,
  ) {}

  static async start(postgresUrl: string, connection: NatsConnection): Promise<CopyFloor> {
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: STREAM, subjects: [FLOOR_SUBJECT] });
    await manager.consumers.add(STREAM, {
      durable_name: DURABLE,
      ack_policy: AckPolicy.Explicit,
      max_ack_pending: 2_000,
    });
    const database = new pg.Client({ connectionString: postgresUrl, query_timeout: 30_000 });
    database.on('error', () => undefined);
    await database.connect();
    await database.query('create schema bench_floor');
    return new CopyFloor(database, connection);
  }

  /** An empty table. */
  async begin(table: FloorTable): Promise<void> {
    const name = `bench_floor.${table}`;
    await this.database.query(`drop table if exists ${name}; create table ${name} ${COLUMNS}`);
    if (table === 'indexed') await this.database.query(INDEXES.replaceAll('TABLE', name));
    await (await jetstreamManager(this.connection)).streams.purge(STREAM);
  }

  /** Resolves when so many events are stored. @throws when the table holds another number */
  async store(table: FloorTable, events: number): Promise<void> {
    const messages = await (
      await jetstream(this.connection).consumers.get(STREAM, DURABLE)
    ).consume({
      max_messages: 400,
    });
    try {
      await this.#storeAll(messages, table, events);
    } finally {
      messages.stop();
    }
    const { rows } = await this.database.query<{ n: number }>(`select count(*)::int as n from bench_floor.${table}`);
    if (rows[0]!.n !== events) throw new Error(`The floor stored ${rows[0]!.n} of ${events} events`);
  }

  async stop(): Promise<void> {
    await this.database.end();
  }

  async #storeAll(messages: ConsumerMessages, table: FloorTable, events: number): Promise<void> {
    let stored = 0;
    let batch: JsMsg[] = [];
    for await (const message of messages) {
      batch.push(message);
      if (batch.length < BATCH_PACKS) continue;
      const rows = batch.flatMap((one) => one.json<EventRow[]>());
      await copy(this.database, `bench_floor.${table}`, rows);
      for (const one of batch) one.ack();
      batch = [];
      stored += rows.length;
      if (stored >= events) return;
    }
  }
}

function copy(database: pg.Client, table: string, rows: readonly EventRow[]): Promise<void> {
  return new Promise((resolve, reject) => {
    database.query(new CopyIn(`copy ${table} from stdin`, Buffer.from(rows.map(lineOf).join('')), resolve, reject));
  });
}

function lineOf({
  event_id,
  distinct_id,
  event,
  properties,
  timestamp,
  received_at,
  lib,
  lib_version,
}: EventRow): string {
  const texts = [distinct_id, event, JSON.stringify(properties)].map((text) => text.replaceAll('\\', '\\\\'));
  return `${[ORG, event_id, ...texts, timestamp, received_at, lib, lib_version].join('\t')}\n`;
}

/** Methods of `pg` for COPY that its types lack. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** COPY FROM STDIN of one text, in the protocol that `pg` speaks. */
class CopyIn implements Submittable {
  #error: Error | undefined;

  constructor(
    private readonly sql: string,
    private readonly text: Buffer,
    private readonly resolve: () => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    connection.query(this.sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.text);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.#error = error;
  }

  handleReadyForQuery(): void {
    if (this.#error === undefined) this.resolve();
    else this.reject(this.#error);
  }
}
