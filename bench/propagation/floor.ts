import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { freePort, type PrivateServers, Program } from '#libs/local-servers';
import { floorEnv } from './floor-settings.js';
import { StreamClient } from './stream-client.js';

const STREAM = 'BENCH_FLOOR';
const SUBJECT = 'bench.floor.change';
const TABLES = `create schema bench_floor;
  create table bench_floor.flag (key text primary key, version bigint, body jsonb);
  create table bench_floor.outbox (id bigserial primary key, body jsonb);
  insert into bench_floor.flag values ('checkout', 0, '{}')`;
const UPDATE = { name: 'update', text: 'update bench_floor.flag set version = $1, body = $2 where key = $3' };
const QUEUE = { name: 'queue', text: 'insert into bench_floor.outbox (body) values ($1)' };
const RULES = [{ conditions: ['country in DE'], serve: true, pad: 'x'.repeat(60) }];

export interface FloorTimes {
  /** From the start to the end of the commit. */
  readonly committed: number;
  readonly acknowledged: number;
  /** From the start to the event parsed by the reader. */
  readonly received: number;
}

/** The least that a change can cost: one transaction with an outbox row, a PubAck, a subscription, an SSE write, a parse. */
export class Floor {
  #version = 0;

  private constructor(
    private readonly database: pg.Client,
    private readonly bus: NatsConnection,
    private readonly gateway: Program,
    private readonly stream: StreamClient,
  ) {}

  static async start({ postgresUrl, nats }: PrivateServers): Promise<Floor> {
    const database = new pg.Client({ connectionString: postgresUrl, query_timeout: 5_000 });
    await database.connect();
    await database.query(TABLES);
    const bus = await connect(nats.connection);
    await (await jetstreamManager(bus)).streams.add({ name: STREAM, subjects: [SUBJECT] });
    const port = await freePort();
    const env = floorEnv({ nats: nats.connection, subject: SUBJECT, port });
    const gateway = new Program({ entry: join(import.meta.dirname, 'floor-gateway.js'), env, nodeArgs: [] });
    await gateway.message();
    return new Floor(database, bus, gateway, await StreamClient.open(`http://127.0.0.1:${port}/`));
  }

  /** One change, and milliseconds since its start. */
  async change(): Promise<FloorTimes> {
    const version = (this.#version += 1);
    const body = JSON.stringify({ version, key: 'checkout', rules: RULES });
    const received = this.stream.next(({ data }) => (data as { version: number }).version === version);
    const start = performance.now();
    await this.#commit(version, body);
    const committed = performance.now() - start;
    await jetstream(this.bus).publish(SUBJECT, body, { timeout: 5_000 });
    const acknowledged = performance.now() - start;
    return { committed, acknowledged, received: (await received).at - start };
  }

  async stop(): Promise<void> {
    this.stream.close();
    await Promise.all([this.gateway.stop(), this.database.end(), this.bus.close()]);
  }

  async #commit(version: number, body: string): Promise<void> {
    await this.database.query('begin');
    await this.database.query({ ...UPDATE, values: [version, body, 'checkout'] });
    await this.database.query({ ...QUEUE, values: [body] });
    await this.database.query('commit');
  }
}
