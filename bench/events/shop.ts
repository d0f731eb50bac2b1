import { jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { durables, PACK_HEADERS, PACK_OF_EVENTS, packSubject } from '#libs/contracts';
import { newWorkplace, type Platform, startPlatform } from '#libs/testing';
import { bearer, call, type PrivateServers } from '#libs/local-servers';

const AT_ONCE = 32;

/** An organization on a platform of one process, with its keys, and the database behind it. */
export class Shop {
  private constructor(
    private readonly platform: Platform,
    private readonly manager: JetStreamManager,
    /** Connects as the administrator: sees all organizations. */
    readonly database: pg.Client,
    readonly orgId: string,
    private readonly keys: { readonly write: string; readonly rw: string },
  ) {}

  static async open(servers: PrivateServers, connection: NatsConnection): Promise<Shop> {
    const platform = await startPlatform(servers, 'standalone');
    const { person, orgId } = await newWorkplace(platform, 'Bench');
    const key = async (key_type: string): Promise<string> =>
      (await person.must<{ key: string }>('POST', '/analytics/keys', { name: key_type, key_type })).key;
    const keys = { write: await key('write'), rw: await key('rw') };
    const database = new pg.Client({ connectionString: servers.postgresUrl, query_timeout: 60_000 });
    database.on('error', () => undefined);
    await database.connect();
    return new Shop(platform, await jetstreamManager(connection), database, orgId, keys);
  }

  get stream(): JetStreamClient {
    return this.manager.jetstream();
  }

  /** Publishes packs as capture does. */
  publish(packs: readonly string[]): Promise<void> {
    return publishAll(this.stream, packSubject(this.orgId), packs);
  }

  /** Resolves when every pack that was published is stored and acknowledged. */
  async settled(): Promise<void> {
    const { stream, name } = durables.analyticsEvents;
    for (;;) {
      const { num_pending, num_ack_pending } = await this.manager.consumers.info(stream, name);
      if (num_pending + num_ack_pending === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async storedBySql(): Promise<number> {
    const { rows } = await this.database.query<{ n: number }>('select count(*)::int as n from analytics.event');
    return rows[0]!.n;
  }

  async ask<T>(path: string): Promise<T> {
    const url = `${this.platform.baseUrl}/api/analytics/${path}`;
    const { status, body } = await call<T>('GET', url, undefined, bearer(this.keys.rw));
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async capture(batch: readonly object[]): Promise<void> {
    const url = `${this.platform.baseUrl}/api/analytics/batch`;
    const { status } = await call('POST', url, { batch }, bearer(this.keys.write));
    if (status !== 200) throw new Error(`A batch was refused: ${status}`);
  }

  async stop(): Promise<void> {
    await this.database.end();
    await this.platform.stop();
  }
}

/** Each acknowledged by the stream, some at a time. */
export async function publishAll(stream: JetStreamClient, subject: string, packs: readonly string[]): Promise<void> {
  const head = headers();
  head.set(PACK_HEADERS.kind, PACK_OF_EVENTS.kind);
  head.set(PACK_HEADERS.version, PACK_OF_EVENTS.version);
  for (let at = 0; at < packs.length; at += AT_ONCE) {
    const some = packs.slice(at, at + AT_ONCE);
    await Promise.all(some.map((pack) => stream.publish(subject, pack, { headers: head, msgID: uuidv7() })));
  }
}
