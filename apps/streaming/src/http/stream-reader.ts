import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Frame } from '../application/frames.js';
import type { Reader } from '../application/ports.js';
import { chunkOf } from './chunks.js';
import { endpointOf, type Endpoint } from './vanished.js';

/** Unread bytes at which a reader is dropped: it reconnects and begins with the full state. */
const MAX_BACKLOG_BYTES = 256 * 1024;
/** A reader that takes nothing for this time, although bytes wait for it, is dropped. */
const MAX_STALL_MS = 60_000;
/** Idle time before the system probes the connection; it gives up 10 s later. */
const KEEP_ALIVE_MS = 15_000;

/** Totals of all readers of a process. */
export interface Tally {
  events: number;
  bytes: number;
  dropped: number;
}

/**
 * One open connection. Frames are written to its socket as chunks that all readers share. Node frames them when the answer is not
 * chunked (HTTP/1.0) or waits behind another one on its connection.
 */
export class StreamReader implements Reader {
  readonly #socket: Socket | undefined;
  /** Holds the bytes that wait to be sent. */
  readonly #queue: { readonly writableLength: number };
  /** The version sent last, and the one sent last before the current backlog began. */
  #sent: string | undefined;
  #taken: string | undefined;
  /** Size of the opening until it has been taken: a large opening is no backlog. */
  #openingBytes = 0;
  #stalledSince: number | undefined;
  #leftOver = 0;
  #isOver = false;

  /** @param response its head must have been sent */
  constructor(
    private readonly response: ServerResponse,
    private readonly tally: Tally,
  ) {
    const { socket, chunkedEncoding } = response;
    this.#socket = chunkedEncoding ? (socket ?? undefined) : undefined;
    this.#queue = this.#socket ?? response;
    socket?.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
  }

  /** Writes the opening of the stream. @param onTaken called when the system has taken it; not called when the stream is dropped */
  open(frames: readonly Frame[], onTaken?: () => void): void {
    const last = frames.length - 1;
    for (const [index, frame] of frames.entries()) {
      this.#openingBytes += frame.bytes.length;
      this.#write(frame, index === last ? onTaken : undefined);
    }
  }

  write(frame: Frame): void {
    this.#write(frame);
  }

  /** Ends the stream, with a last frame if there is one. */
  end(last?: Frame): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.response.end(last?.bytes);
  }

  onClose(listener: () => void): void {
    this.response.on('close', listener);
  }

  /** Drops the reader when it has taken nothing for a minute. To be called every few seconds. */
  dropStalled(nowMs: number): void {
    const waits = this.#queue.writableLength;
    const moved = waits === 0 || waits < this.#leftOver;
    this.#leftOver = waits;
    if (moved) this.#stalledSince = undefined;
    else if (this.#stalledSince === undefined) this.#stalledSince = nowMs;
    else if (nowMs - this.#stalledSince >= MAX_STALL_MS) this.#drop();
  }

  /** Drops the reader when it is at one of these ends. */
  dropVanished(ends: ReadonlySet<Endpoint>): void {
    const { socket } = this.response;
    if (!this.#isOver && socket !== null && ends.has(endpointOf(socket))) this.#drop();
  }

  /**
   * The newest version of which the system has taken all bytes from this process; an older one while bytes wait here.
   * @param current the version of the channel
   */
  acknowledged(current: string): string | undefined {
    return this.#queue.writableLength === 0 ? current : this.#taken;
  }

  #write(frame: Frame, onTaken?: () => void): void {
    if (this.#isOver) return;
    const backlog = this.#queue.writableLength;
    if (backlog === 0 && this.#sent !== undefined) this.#openingBytes = 0;
    if (backlog > MAX_BACKLOG_BYTES + this.#openingBytes) return this.#drop();
    this.#note(frame.id, backlog);
    this.tally.events += frame.events;
    this.tally.bytes += frame.bytes.length;
    if (this.#socket === undefined) this.response.write(frame.bytes, onTaken);
    else this.#socket.write(chunkOf(frame), onTaken);
  }

  #note(id: string | undefined, backlog: number): void {
    if (id === undefined || id === this.#sent) return;
    if (backlog === 0) this.#taken = this.#sent;
    this.#sent = id;
  }

  /** A reset, so that the system frees the bytes that it holds for the reader. */
  #drop(): void {
    this.#isOver = true;
    this.tally.dropped += 1;
    this.response.socket?.resetAndDestroy();
  }
}
