import { connect, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import type { EventRow } from '#libs/contracts';
import { exchange, type HeaderFields, type PrivateServers } from '#libs/local-servers';

/** Every row on its way into the stream, before it is stored. */
export class IntakeListener {
  readonly rows: EventRow[] = [];

  private constructor(private readonly connection: NatsConnection) {
    connection.subscribe('capture.>', {
      callback: (_error, message) => void this.rows.push(...message.json<EventRow[]>()),
    });
  }

  static async open({ nats }: PrivateServers): Promise<IntakeListener> {
    const listener = new IntakeListener(await connect(nats.connection));
    await listener.connection.flush();
    return listener;
  }

  of(ids: readonly string[]): readonly EventRow[] {
    return this.rows.filter(({ event_id }) => ids.includes(event_id));
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

export interface Posted {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly status?: string;
    readonly event_id?: string;
    readonly count?: number;
    readonly event_ids?: readonly string[];
    readonly error?: { readonly code: string; readonly details: readonly { readonly field?: string }[] };
  };
}

/** A POST of these bytes; `from` is the address it comes from, one of 127.0.0.0/8. */
export async function postRaw(
  url: string,
  body: string | Buffer,
  headers: HeaderFields,
  from?: string,
): Promise<Posted> {
  const { text, ...answer } = await exchange({ method: 'POST', url, body, headers, localAddress: from });
  return { ...answer, body: JSON.parse(text) as Posted['body'] };
}

/** The ids of all events that are stored. */
export async function storedEvents({ postgresUrl }: PrivateServers): Promise<ReadonlySet<string>> {
  const client = new pg.Client({ connectionString: postgresUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ event_id: string }>('select event_id from analytics.event');
    return new Set(rows.map(({ event_id }) => event_id));
  } finally {
    await client.end();
  }
}
