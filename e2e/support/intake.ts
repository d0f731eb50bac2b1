import { request } from 'node:http';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import type { EventRow } from '#libs/contracts';
import type { PrivateServers } from '#libs/local-servers';
import type { Headed } from './api.js';

/** Every row that passes on its way into the stream, whoever stores it. */
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
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: {
    readonly status?: string;
    readonly event_id?: string;
    readonly count?: number;
    readonly event_ids?: readonly string[];
    readonly error?: { readonly code: string; readonly details: readonly { readonly field?: string }[] };
  };
}

/** A POST as it is; `from` is the address that it comes from, one of 127.0.0.0/8. */
export function postRaw(url: string, body: string | Buffer, headers: Headed, from?: string): Promise<Posted> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, localAddress: from, timeout: 15_000 };
    const sending = request(url, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: JSON.parse(text) as Posted['body'] });
      });
    });
    sending.once('timeout', () => sending.destroy(new Error('No answer within 15 s')));
    sending.once('error', reject);
    sending.end(body);
  });
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
