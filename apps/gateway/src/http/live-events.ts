import type { FastifyReply } from 'fastify';
import { AppError, type Clock } from '#libs/kernel';
import { jitter, openEventStream, retryLine, type PersonCaller } from '#libs/http';
import type { EventFeed, Memberships } from '../application/ports.js';
import type { LiveFilter } from '../domain/event-filter.js';
import { LiveReader } from './live-reader.js';

const HEARTBEAT_MS = 15_000;
const MAX_WATCHERS = 200;

interface Watcher {
  readonly reader: LiveReader;
  readonly orgId: string;
  readonly userId: string;
}

/** Streams of events as they come in. Each ends with the access token that opened it, with the membership, and with the process. */
export class LiveEvents {
  readonly #watchers = new Set<Watcher>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly feed: EventFeed,
    private readonly memberships: Memberships,
    private readonly clock: Clock,
  ) {
    this.#timer = setInterval(() => void this.#beat(), HEARTBEAT_MS).unref();
  }

  /** From `listening` on, what matches among the events of the person's organization. @throws AppError 503 */
  async follow(reply: FastifyReply, person: PersonCaller, filter: LiveFilter): Promise<void> {
    const orgId = person.membership?.organization.id;
    if (orgId === undefined) throw new TypeError('Events belong to an organization');
    if (this.#watchers.size >= MAX_WATCHERS) throw new AppError('overloaded', 'Too many watch events here already');
    const reader = new LiveReader(filter);
    const stop = await this.feed.listen(orgId, (rows) => rows.forEach((row) => reader.offer(row)));
    if (reply.request.raw.destroyed) return stop();
    const response = openEventStream(reply);
    const watcher = { reader, orgId, userId: person.user.id };
    this.#watchers.add(watcher);
    const lifeMs = person.expiresAt - this.clock.now().getTime();
    const expiry = setTimeout(() => reader.end('error', { code: 'invalid_token' }), lifeMs);
    response.once('close', () => {
      clearTimeout(expiry);
      this.#watchers.delete(watcher);
      stop();
    });
    response.write(retryLine());
    reader.begin(response, this.clock.now());
  }

  /** Everybody is told to come back, spread over some seconds. */
  end(): void {
    clearInterval(this.#timer);
    for (const { reader } of this.#watchers) reader.end('reconnect', { delay_ms: jitter(0, 5_000) });
  }

  /** Says that the stream lives, and whether anything can come in at all. */
  async #beat(): Promise<void> {
    const beat = { timestamp: this.clock.now().toISOString(), connected: this.feed.isConnected };
    for (const { reader } of this.#watchers) reader.tell('heartbeat', beat);
    await Promise.all([...this.#watchers].map((watcher) => this.#endWithMembership(watcher)));
  }

  async #endWithMembership({ reader, userId, orgId }: Watcher): Promise<void> {
    try {
      await this.memberships.get(userId, orgId);
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') reader.end('error', { code: 'not_found' });
    }
  }
}
