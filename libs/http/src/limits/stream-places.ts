import type { FastifyReply } from 'fastify';
import { AppError, retryAfterS, takeAll } from '#libs/kernel';

/** Half of the file descriptors, at most 1,024, is kept back from streams: for readiness, evaluation and everything else. */
const KEPT_SHARE = 1 / 2;
const MOST_KEPT = 1_024;

export interface StreamPlacesOptions {
  /** Streams that may be open. */
  readonly max: number;
  /** File descriptors that the process may open; `undefined`: unlimited. */
  readonly descriptors?: number;
}

/** The places of all long answers of a process: event streams, live events, and streams that are forwarded. */
export class StreamPlaces {
  readonly #descriptors: number;
  #open = 0;
  #used = 0;
  #refused = 0;

  constructor(private readonly options: StreamPlacesOptions) {
    const { descriptors = Number.POSITIVE_INFINITY } = options;
    this.#descriptors = descriptors - Math.min(MOST_KEPT, Math.ceil(descriptors * KEPT_SHARE));
  }

  /** Streams that may be open: the setting, or less when the process may open few files. */
  get max(): number {
    return Math.min(this.options.max, this.#descriptors);
  }

  get open(): number {
    return this.#open;
  }

  /** File descriptors that the open streams use beside those of their own connections. */
  get further(): number {
    return this.#used - this.#open;
  }

  /** Requests that were refused since the start. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Takes a place; the returned function frees it and must be called once.
   * @param descriptors that the stream needs: 2 when it is forwarded
   * @throws AppError 503 `overloaded` with a random `retry_after`
   */
  take(descriptors = 1): () => void {
    if (this.#open >= this.options.max || this.#used + descriptors > this.#descriptors) throw this.#full();
    this.#change(1, descriptors);
    return () => this.#change(-1, -descriptors);
  }

  #change(streams: number, descriptors: number): void {
    this.#open += streams;
    this.#used += descriptors;
  }

  #full(): AppError {
    this.#refused += 1;
    const message = 'This process has too many open streams; try again later';
    return new AppError('overloaded', message, [{ message, retry_after: retryAfterS() }]);
  }
}

/**
 * Takes places until the answer ends or its connection closes. A refused request closes its connection, so that it keeps no file
 * descriptor. @throws the refusal
 */
export function occupy(reply: FastifyReply, takes: readonly (() => () => void)[]): void {
  if (reply.raw.destroyed) return;
  try {
    reply.raw.once('close', takeAll(takes));
  } catch (error) {
    reply.header('connection', 'close');
    throw error;
  }
}
