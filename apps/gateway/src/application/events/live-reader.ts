import type { EventRow } from '#libs/contracts';
import { matches, type LiveFilter } from '../../domain/event-filter.js';
import { liveEventView } from '../../domain/live-event.js';
import type { EventStream } from './ports.js';

/** Unread bytes above which events are dropped. */
const MAX_BACKLOG_BYTES = 256 * 1024;

interface Message {
  readonly event: string;
  readonly data: object;
}

/**
 * One client of the live events. Events that it does not read in time, and those that come while events are held back, are dropped
 * and counted; it then receives their count.
 */
export class LiveReader {
  #stream: EventStream | undefined;
  #dropped = 0;
  /** How often `hold` was called without `release`. */
  #holds = 0;
  #last: Message | undefined;

  constructor(private readonly filter: LiveFilter) {}

  /** Events that were offered before are lost. */
  begin(stream: EventStream, now: Date): void {
    this.#stream = stream;
    stream.onDrain(() => this.#reportDropped());
    stream.send('listening', { timestamp: now.toISOString() });
    if (this.#last !== undefined) this.end(this.#last.event, this.#last.data);
  }

  offer(row: EventRow): void {
    if (this.#stream === undefined || !matches(this.filter, row)) return;
    if (this.#holds > 0 || this.#stream.unreadBytes > MAX_BACKLOG_BYTES) {
      this.#dropped += 1;
      return;
    }
    this.#reportDropped();
    this.#stream.send('event', liveEventView(row), row.event_id);
  }

  /** Holds events back until `release` was called as often. */
  hold(): void {
    this.#holds += 1;
  }

  release(): void {
    this.#holds -= 1;
    if (this.#holds === 0) this.#reportDropped();
  }

  send(event: string, data: object): void {
    this.#stream?.send(event, data);
  }

  /** Sends a last event and closes the stream; one that has not begun yet is closed when it begins. */
  end(event: string, data: object): void {
    this.#last = { event, data };
    this.#stream?.send(event, data);
    this.#stream?.end();
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return;
    const count = this.#dropped;
    this.#dropped = 0;
    this.#stream?.send('dropped', { count });
  }
}
