import { AppError, type Clock } from '#libs/kernel';
import type { LiveFilter } from '../../domain/event-filter.js';
import type { EndedSessions, Memberships } from '../access/ports.js';
import { LiveReader } from './live-reader.js';
import type { EventFeed, EventStream } from './ports.js';

const MAX_READERS = 200;
/** Readers come back spread over this time when the process stops. */
const RECONNECT_WITHIN_MS = 5_000;

/** The person that reads, in one organization. */
export interface LiveCaller {
  readonly userId: string;
  readonly orgId: string;
  /** The session that the access token belongs to. */
  readonly sessionId: string;
  /** Unix ms at which the access token expires. */
  readonly expiresAt: number;
}
interface Connection extends LiveCaller {
  readonly reader: LiveReader;
}
export interface LiveEventsParts {
  readonly feed: EventFeed;
  readonly memberships: Pick<Memberships, 'get'>;
  readonly ended: EndedSessions;
  readonly clock: Clock;
  /** A number from 0 to 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/**
 * Streams of captured events as they arrive. A stream ends with the access token that opened it, with its session, with
 * the membership of its person, and with the process.
 */
export class LiveEvents {
  readonly #connections = new Set<Connection>();

  constructor(private readonly parts: LiveEventsParts) {
    parts.ended.onAdded((sessionId) => this.#endSession(sessionId));
  }

  /**
   * Opens a stream of the matching events of the caller's organization; every event after `listening` is delivered or counted.
   * @param open called once events can arrive; returns `undefined` when the client has disconnected meanwhile
   * @throws AppError `overloaded`, `bus_unavailable`; the stream is not open then
   */
  async follow(caller: LiveCaller, filter: LiveFilter, open: () => EventStream | undefined): Promise<void> {
    if (this.#connections.size >= MAX_READERS)
      throw new AppError('overloaded', 'This process has too many readers of live events; try again shortly');
    const reader = new LiveReader(filter);
    const unsubscribe = await this.parts.feed.listen(caller.orgId, (rows) => rows.forEach((row) => reader.offer(row)));
    const stream = open();
    if (stream === undefined) return unsubscribe();
    this.#connect({ ...caller, reader }, stream, unsubscribe);
  }

  /** Asks every client to reconnect, spread over some seconds, and closes its stream. */
  end(): void {
    const { random = Math.random } = this.parts;
    for (const { reader } of this.#connections) {
      reader.end('reconnect', { delay_ms: Math.round(random() * RECONNECT_WITHIN_MS) });
    }
  }

  /** Sends a heartbeat to every client and closes the streams of people that are no longer members. Never throws. */
  async beat(): Promise<void> {
    const { clock, feed } = this.parts;
    const heartbeat = { timestamp: clock.now().toISOString(), connected: feed.isConnected };
    for (const { reader } of this.#connections) reader.send('heartbeat', heartbeat);
    await this.endLost();
  }

  /** Closes the streams of people that are no longer members. Never throws. */
  async endLost(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => this.#endWithMembership(connection)));
  }

  #connect(connection: Connection, stream: EventStream, unsubscribe: () => void): void {
    const { reader, expiresAt } = connection;
    const now = this.parts.clock.now();
    this.#connections.add(connection);
    const expiry = setTimeout(() => reader.end('error', { code: 'invalid_token' }), expiresAt - now.getTime());
    expiry.unref();
    stream.onClose(() => {
      clearTimeout(expiry);
      this.#connections.delete(connection);
      unsubscribe();
    });
    reader.begin(stream, now);
    // The session may have ended since the guard admitted the request.
    if (this.parts.ended.has(connection.sessionId)) reader.end('error', { code: 'invalid_token' });
  }

  #endSession(sessionId: string): void {
    for (const { reader, ...connection } of this.#connections) {
      if (connection.sessionId === sessionId) reader.end('error', { code: 'invalid_token' });
    }
  }

  async #endWithMembership({ reader, userId, orgId }: Connection): Promise<void> {
    try {
      await this.parts.memberships.get(userId, orgId);
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') reader.end('error', { code: 'not_found' });
    }
  }
}
