import type { ServerResponse } from 'node:http';
import type { Reader } from '../application/ports.js';
import { frame } from '../application/frames.js';

/** What a reader may leave unread before it is dropped: it comes back and begins with the full state. */
const MAX_BACKLOG_BYTES = 256 * 1024;

/** One open connection. */
export class StreamReader implements Reader {
  constructor(
    private readonly response: ServerResponse,
    readonly lookupId: string,
    /** Unix ms at which it is asked to connect anew, so that load spreads over new instances. */
    readonly endsAt: number,
  ) {}

  write(message: Buffer): void {
    if (this.response.writableLength > MAX_BACKLOG_BYTES) this.response.destroy();
    else this.response.write(message);
  }

  /** Says a last word and ends the stream. */
  end(version: string, event: string, data: Readonly<Record<string, unknown>>): void {
    this.response.end(frame(version, { event, data }));
  }
}
