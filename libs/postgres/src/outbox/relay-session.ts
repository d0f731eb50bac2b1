import { within } from '#libs/kernel';
import { GuardedClient } from '../pool/guarded-client.js';
import { outboxChannel } from './outbox.js';
import type { Database } from '../transaction/database.js';
import { prepared } from '../pool/prepared.js';

export interface OutboxRow {
  readonly id: string;
  /** Order of insertion; a decimal bigint. */
  readonly seq: string;
  readonly subject: string;
  readonly type: string;
  /** The fact as JSON text. */
  readonly payload: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly createdAt: Date;
}

/** Limit of the payload of a batch, in bytes. A batch always holds at least one row. */
const BATCH_BYTES = 16 * 1024 * 1024;
const CLOSE_TIMEOUT_MS = 1_000;
const TRY_LEAD = `select pg_try_advisory_lock(hashtextextended($1, 0)) as is_leader`;
/** `order by batch.seq`, since `seq` alone would mean the output column, which is text: '10' sorts before '9'. */
const OLDEST = prepared(
  'outbox_oldest',
  `
  select id, seq::text, subject, type, payload, headers, created_at as "createdAt"
  from (
    select *, sum(octet_length(payload)) over (order by seq) - octet_length(payload) as bytes_before
    from (select * from outbox order by seq limit $1) as oldest
  ) as batch
  where bytes_before < ${BATCH_BYTES}
  order by batch.seq`,
);
const REMOVE = prepared('outbox_remove', 'delete from outbox where id = any($1)');

/**
 * One database connection of the relay. It listens for commits, holds the lead, and reads and deletes rows, so that all of it
 * ends together.
 */
export class RelaySession {
  private constructor(
    private readonly client: GuardedClient,
    private readonly channel: string,
  ) {}

  /** Connects. Calls `onEvent` after each commit that queued facts, and when the connection is lost. */
  static async open(database: Database, onEvent: () => void): Promise<RelaySession> {
    const client = new GuardedClient(database.systemClient('relay'));
    const channel = outboxChannel(database.service);
    for (const event of ['notification', 'error', 'end'] as const) client.on(event, onEvent);
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      return new RelaySession(client, channel);
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  /** Whether this session is now the leader. The lock is released when the connection ends. */
  async tryLead(): Promise<boolean> {
    const { rows } = await this.client.query<{ is_leader: boolean }>(TRY_LEAD, [this.channel]);
    return rows[0]?.is_leader === true;
  }

  /** Returns the oldest rows, at most `limit` and within 16 MiB of payload. */
  async oldest(limit: number): Promise<readonly OutboxRow[]> {
    const { rows } = await this.client.query<OutboxRow>(OLDEST, [limit]);
    return rows;
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.client.query(REMOVE, [ids]);
  }

  async close(): Promise<void> {
    this.client.removeAllListeners('notification');
    await within(
      CLOSE_TIMEOUT_MS,
      this.client.end(),
      () => new Error('Postgres did not end the connection in time'),
    ).catch(() => this.client.destroy());
  }
}
