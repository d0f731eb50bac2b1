import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Frame } from '../application/frames.js';
import type { Reader } from '../application/ports.js';
import { chunkOf } from './chunks.js';
import { endpointOf, type Endpoint } from './vanished.js';

/** What a reader may leave unread before it is dropped: it comes back and begins with the full state. */
const MAX_BACKLOG_BYTES = 256 * 1024;
/** Who takes nothing for so long, though something waits for it, is gone or might as well be. */
const MAX_STALL_MS = 60_000;
/** Idle seconds before the system asks whether the other side is there; it gives up 10 s later. */
const KEEP_ALIVE_MS = 15_000;

/** What all readers of a process were sent. */
export interface Tally {
  events: number;
  bytes: number;
  dropped: number;
}

/**
 * One open connection. Frames go to its socket as chunks that were made once for all; where the answer is not chunked (HTTP/1.0)
 * or waits behind another on its connection, Node frames them.
 */
export class StreamReader implements Reader {
  readonly #socket: Socket | undefined;
  /** Where what it has not taken waits. */
  readonly #queue: { readonly writableLength: number };
  /** Versions: told last, and told last before the backlog of now began. */
  #told: string | undefined;
  #taken: string | undefined;
  /** Of what it began with, as long as it has not been taken: a large beginning is no backlog. */
  #openingBytes = 0;
  #stalledSince: number | undefined;
  #leftOver = 0;
  #isOver = false;

  /** The head of the answer must have been sent. */
  constructor(
    private readonly response: ServerResponse,
    private readonly tally: Tally,
  ) {
    const { socket, chunkedEncoding } = response;
    this.#socket = chunkedEncoding ? (socket ?? undefined) : undefined;
    this.#queue = this.#socket ?? response;
    socket?.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
  }

  /** What the stream begins with, at once. */
  open(frames: readonly Frame[]): void {
    for (const frame of frames) {
      this.#openingBytes += frame.bytes.length;
      this.write(frame);
    }
  }

  write(frame: Frame): void {
    if (this.#isOver) return;
    const backlog = this.#queue.writableLength;
    if (backlog === 0 && this.#told !== undefined) this.#openingBytes = 0;
    if (backlog > MAX_BACKLOG_BYTES + this.#openingBytes) return this.#drop();
    this.#note(frame.id, backlog);
    this.tally.events += frame.events;
    this.tally.bytes += frame.bytes.length;
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
    this.response.on('close', listener);
  }

  /** Drops it when it has taken nothing for a minute. To be called every few seconds. */
  dropStalled(nowMs: number): void {
    const waits = this.#queue.writableLength;
    const moved = waits === 0 || waits < this.#leftOver;
    this.#leftOver = waits;
    if (moved) this.#stalledSince = undefined;
    else if (this.#stalledSince === undefined) this.#stalledSince = nowMs;
    else if (nowMs - this.#stalledSince >= MAX_STALL_MS) this.#drop();
  }

  /** Drops it when it is one of those who acknowledge nothing. */
  dropVanished(ends: ReadonlySet<Endpoint>): void {
    const { socket } = this.response;
    if (!this.#isOver && socket !== null && ends.has(endpointOf(socket))) this.#drop();
  }

  /**
   * The newest version whose bytes the system has taken from this process; less than that while some wait here.
   * @param current what the reader has been told by now
   */
  acknowledged(current: string): string | undefined {
    return this.#queue.writableLength === 0 ? current : this.#taken;
  }

  #note(id: string | undefined, backlog: number): void {
    if (id === undefined || id === this.#told) return;
    if (backlog === 0) this.#taken = this.#told;
    this.#told = id;
  }

  /** A reset, so that the system lets go of what it holds for a reader that does not read. */
  #drop(): void {
    this.#isOver = true;
    this.tally.dropped += 1;
    this.response.socket?.resetAndDestroy();
  }
}
