import type { ServerResponse } from 'node:http';
import type { Reader } from '../application/ports.js';

/** What a reader may leave unread before it is dropped: it comes back and begins with the full state. */
const MAX_BACKLOG_BYTES = 256 * 1024;

/** One open connection. */
export class StreamReader implements Reader {
  constructor(private readonly response: ServerResponse) {}

  write(message: Buffer): void {
    if (this.response.writableLength > MAX_BACKLOG_BYTES) this.response.destroy();
    else this.response.write(message);
  }

  /** Ends the stream, with a last word if there is one. */
  end(lastWord?: Buffer): void {
    this.response.end(lastWord);
  }

  onClose(listener: () => void): void {
    this.response.once('close', listener);
  }
}
