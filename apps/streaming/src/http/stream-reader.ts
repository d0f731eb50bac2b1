import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Frame } from '../application/frames.js';
import type { Reader } from '../application/ports.js';
import { chunkOf } from './chunks.js';

/** What a reader may leave unread before it is dropped: it comes back and begins with the full state. */
const MAX_BACKLOG_BYTES = 256 * 1024;

/**
 * One open connection. Frames go to its socket as chunks that were made once for all; where the answer is not chunked (HTTP/1.0)
 * or waits behind another on its connection, Node frames them.
 */
export class StreamReader implements Reader {
  readonly #socket: Socket | undefined;
  /** Versions: told last, and told last before the backlog of now began. */
  #told: string | undefined;
  #taken: string | undefined;
  #isOver = false;

  /** The head of the answer must have been sent. */
  constructor(private readonly response: ServerResponse) {
    this.#socket = response.chunkedEncoding ? (response.socket ?? undefined) : undefined;
  }

  write(frame: Frame): void {
    if (this.#isOver) return;
    const backlog = this.response.writableLength;
    if (backlog > MAX_BACKLOG_BYTES) return this.#drop();
    this.#note(frame.id, backlog);
    if (this.#socket === undefined) this.response.write(frame.bytes);
    else this.#socket.write(chunkOf(frame));
  }

  /** Ends the stream, with a last word if there is one. */
  end(lastWord?: Frame): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.response.end(lastWord?.bytes);
  }

  onClose(listener: () => void): void {
    this.response.once('close', listener);
  }

  /**
   * The newest version whose bytes the system has taken from this process; less than that while some wait here.
   * @param current what the reader has been told by now
   */
  acknowledged(current: string): string | undefined {
    return this.response.writableLength === 0 ? current : this.#taken;
  }

  #note(id: string | undefined, backlog: number): void {
    if (id === undefined || id === this.#told) return;
    if (backlog === 0) this.#taken = this.#told;
    this.#told = id;
  }

  /** A reset, so that the system lets go of what it holds for a reader that does not read. */
  #drop(): void {
    this.#isOver = true;
    this.response.socket?.resetAndDestroy();
  }
}
