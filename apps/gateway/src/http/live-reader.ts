import type { ServerResponse } from 'node:http';
import type { EventRow } from '#libs/contracts';
import { matches, type LiveFilter } from '../domain/event-filter.js';
import { viewOf } from '../domain/live-event.js';

/** What a reader may leave unread before events pass it by. */
const MAX_BACKLOG_BYTES = 256 * 1024;

/** Somebody who watches events come in. Events that it does not read in time are counted instead, and it is told how many. */
export class LiveReader {
  #response: ServerResponse | undefined;
  #dropped = 0;

  constructor(private readonly filter: LiveFilter) {}

  /** The head of the answer must have been sent. */
  begin(response: ServerResponse, now: Date): void {
    this.#response = response;
    response.on('drain', () => this.#tellDropped());
    this.tell('listening', { timestamp: now.toISOString() });
  }

  offer(row: EventRow): void {
    if (!matches(this.filter, row)) return;
    if (this.#backlog > MAX_BACKLOG_BYTES) {
      this.#dropped += 1;
      return;
    }
    this.#tellDropped();
    this.tell('event', viewOf(row), row.event_id);
  }

  tell(event: string, data: object, id?: string): void {
    if (this.#response === undefined || this.#response.writableEnded) return;
    const named = id === undefined ? '' : `id: ${id}\n`;
    this.#response.write(`event: ${event}\n${named}data: ${JSON.stringify(data)}\n\n`);
  }

  /** With a last word. */
  end(event: string, data: object): void {
    this.tell(event, data);
    this.#response?.end();
  }

  get #backlog(): number {
    return this.#response?.writableLength ?? 0;
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return;
    const count = this.#dropped;
    this.#dropped = 0;
    this.tell('dropped', { count });
  }
}
