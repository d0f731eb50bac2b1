import { AppError, Places, takeAll, type Clock } from '#libs/kernel';
import type { LiveFilter } from '../../domain/event-filter.js';
import type { EndedSessions, Memberships } from '../access/ports.js';
import { LiveReader } from './live-reader.js';
import type { EventFeed, EventStream } from './ports.js';

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
/** How many streams may be open at the same time. */
interface LiveLimits {
  readonly perPerson: number;
  readonly perOrganization: number;
}
export interface LiveEventsParts {
  readonly feed: EventFeed;
  readonly memberships: Pick<Memberships, 'get' | 'onForgotten'>;
  readonly ended: EndedSessions;
  readonly clock: Clock;
  readonly limits: LiveLimits;
  /** The places of all streams of the process. */
  readonly places: { take(): () => void };
  /** A number from 0 to 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/**
 * Streams of captured events as they arrive. A stream ends with the access token and the session that opened it, with the
 * membership of its person, and with the process. From a change of the membership until it is checked, no event is sent.
 */
export class LiveEvents {
  /** Registered before their streams open, so that no loss of access is missed. */
  readonly #connections = new Set<Connection>();
  readonly #persons: Places;
  readonly #organizations: Places;

  constructor(private readonly parts: LiveEventsParts) {
    const { perPerson, perOrganization } = parts.limits;
    this.#persons = new Places(perPerson, 'You have too many open streams of live events: close one first');
    this.#organizations = new Places(perOrganization, 'Your organization has too many open streams of live events');
    parts.memberships.onForgotten((affects) => void this.#recheck(affects));
    parts.ended.onAdded((sessionId) => this.#endSession(sessionId));
  }

  /**
   * Opens a stream of the matching events of the caller's organization; every event after `listening` is delivered or counted.
   * @param open called once events can arrive; returns `undefined` when the client has disconnected meanwhile
   * @throws AppError `rate_limited`, `overloaded`, `bus_unavailable`, `not_found`; the stream is not open then
   */
  async follow(caller: LiveCaller, filter: LiveFilter, open: () => EventStream | undefined): Promise<void> {
    const connection = { ...caller, reader: new LiveReader(filter) };
    const ends = [this.#occupy(caller), () => this.#connections.delete(connection)];
    const leave = (): void => ends.splice(0).forEach((end) => end());
    this.#connections.add(connection);
    try {
      ends.push(await this.#listen(connection));
      // The membership may have ended since the request was admitted.
      await this.parts.memberships.get(caller.userId, caller.orgId);
      const stream = open();
      if (stream === undefined) leave();
      else this.#begin(connection, stream, leave);
    } catch (error) {
      leave();
      throw error;
    }
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
    await Promise.all([...this.#connections].map((connection) => this.#endWithMembership(connection, ['not_found'])));
  }

  #occupy({ userId, orgId }: LiveCaller): () => void {
    const { places } = this.parts;
    return takeAll([() => this.#persons.take(userId), () => this.#organizations.take(orgId), () => places.take()]);
  }

  #listen({ orgId, reader }: Connection): Promise<() => void> {
    return this.parts.feed.listen(orgId, (rows) => rows.forEach((row) => reader.offer(row)));
  }

  #begin({ reader, sessionId, expiresAt }: Connection, stream: EventStream, leave: () => void): void {
    const now = this.parts.clock.now();
    const expiry = setTimeout(() => reader.end('error', { code: 'invalid_token' }), expiresAt - now.getTime());
    expiry.unref();
    stream.onClose(() => {
      clearTimeout(expiry);
      leave();
    });
    reader.begin(stream, now);
    // The session may have ended since the guard admitted the request.
    if (this.parts.ended.has(sessionId)) reader.end('error', { code: 'invalid_token' });
  }

  #endSession(sessionId: string): void {
    for (const { reader, sessionId: own } of this.#connections) {
      if (own === sessionId) reader.end('error', { code: 'invalid_token' });
    }
  }

  /** Holds events back until accounts has confirmed the memberships that may have changed. Never throws. */
  async #recheck(affects: (userId: string, orgId: string) => boolean): Promise<void> {
    const affected = [...this.#connections].filter(({ userId, orgId }) => affects(userId, orgId));
    for (const { reader } of affected) reader.hold();
    await Promise.all(affected.map((connection) => this.#endWithMembership(connection)));
    for (const { reader } of affected) reader.release();
  }

  /** @param codes the errors that end the stream. Default: every error, since the membership is not confirmed then */
  async #endWithMembership({ reader, userId, orgId }: Connection, codes?: readonly string[]): Promise<void> {
    try {
      await this.parts.memberships.get(userId, orgId);
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'internal';
      if (codes?.includes(code) !== false) reader.end('error', { code });
    }
  }
}
