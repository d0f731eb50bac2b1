import type { FastifyReply } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import { jitter, openEventStream, retryLine } from '#libs/http';
import type { KeyCheck } from '#libs/api-keys';
import type { Channel, StreamKind } from '../application/channel.js';
import { retryFrame, type Frame } from '../application/frames.js';
import { sdkOf, type Sdk } from './sdk-of.js';
import { StreamReader, type Tally } from './stream-reader.js';
import { vanished } from './vanished.js';

/** Enough different delays to spread all clients. */
const retries = Array.from({ length: 256 }, () => retryFrame(retryLine()));

/** Bytes of missed events that wait for slow readers: unlike the full state, each reader may have a frame of its own. */
const MAX_UNSHARED_BYTES = 8 * 1_024 * 1_024;

/** The last frame of a kind of stream, if there is one. */
export interface LastFrames {
  revoked(channel: Channel): Frame | undefined;
  reconnect(channel: Channel): Frame | undefined;
}
/** With the full state, with the missed events, or with only a version (OFREP). */
export type Beginning = 'init' | 'resumed' | 'refetch';
/** A stream that is about to begin. */
export interface NewStream {
  readonly channel: Channel;
  readonly kind: StreamKind;
  readonly key: KeyRecord;
  readonly begins: Beginning;
  readonly opening: readonly Frame[];
  readonly lastFrames: LastFrames;
  /** Unix ms at which it ends at the latest. Its key may end earlier. */
  readonly endsBy?: number;
}
interface OpenStream {
  readonly reader: StreamReader;
  readonly channel: Channel;
  readonly key: KeyRecord;
  readonly sdk: Sdk;
  readonly lastFrames: LastFrames;
  /** Unix ms at which the client is asked to reconnect, so that load spreads over new instances. */
  readonly endsAt: number;
}
/** An open stream, as receipts count it. */
export interface StreamView extends Sdk {
  readonly orgId: string;
  /** The newest version of which the system has taken all frames; `undefined`: not even the opening. */
  readonly acknowledged: string | undefined;
}

interface StreamNumbers extends Readonly<Tally> {
  readonly open: number;
  readonly begun: Readonly<Record<Beginning, number>>;
  /** Bytes of missed events that wait to be taken. */
  readonly unsharedBytes: number;
}

export interface OpenStreamsParts {
  readonly clock: Clock;
  readonly keys: Pick<KeyCheck, 'onRevoked'>;
  readonly maxAgeMs: number;
}

/** All streams of this process. A stream ends with its key, when it is old, and on shutdown. */
export class OpenStreams {
  readonly #open = new Set<OpenStream>();
  readonly #tally: Tally = { events: 0, bytes: 0, dropped: 0 };
  #unsharedBytes = 0;
  readonly #begun: Record<Beginning, number> = { init: 0, resumed: 0, refetch: 0 };

  constructor(private readonly parts: OpenStreamsParts) {
    parts.keys.onRevoked((lookupId) => this.#endRevoked(lookupId));
  }

  /** Ends all streams. The clients are asked to reconnect after different delays. */
  endAll(): void {
    for (const stream of this.#open) this.#reconnect(stream);
  }

  /** Whether a frame that no other reader shares may be sent now. Without room the reader must get the full state. */
  hasRoomFor({ bytes }: Frame): boolean {
    return this.#unsharedBytes + bytes.length <= MAX_UNSHARED_BYTES;
  }

  /** Sends the head, `retry:` and the opening, and adds the reader to the channel. */
  begin(reply: FastifyReply, { channel, kind, key, begins, opening, lastFrames, endsBy }: NewStream): void {
    const sdk = sdkOf(reply.request.headers);
    const release = this.#countUnshared(begins === 'resumed' ? opening : []);
    const reader = this.#answer(reply, opening, release);
    const stream = { reader, channel, key, sdk, lastFrames, endsAt: this.#endOf(endsBy) };
    channel.readers[kind].add(reader);
    this.#open.add(stream);
    this.#begun[begins] += 1;
    reader.onClose(() => {
      channel.readers[kind].delete(reader);
      this.#open.delete(stream);
      release();
    });
  }

  /** Counts since the start; `open`: now. */
  get numbers(): StreamNumbers {
    return { ...this.#tally, open: this.#open.size, begun: this.#begun, unsharedBytes: this.#unsharedBytes };
  }

  /** The streams that are open now. */
  *all(): Iterable<StreamView> {
    for (const { reader, channel, key, sdk } of this.#open) {
      yield { orgId: key.org_id, ...sdk, acknowledged: reader.acknowledged(channel.version) };
    }
  }

  #countUnshared(frames: readonly Frame[]): () => void {
    let counted = frames.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.#unsharedBytes += counted;
    return () => {
      this.#unsharedBytes -= counted;
      counted = 0;
    };
  }

  /** Corked, so that a stream begins with one system call. */
  #answer(reply: FastifyReply, opening: readonly Frame[], onTaken: () => void): StreamReader {
    const { socket } = reply.raw;
    socket?.cork();
    const reader = new StreamReader(openEventStream(reply), this.#tally);
    reader.open([retries[jitter(0, retries.length - 1)]!, ...opening], onTaken);
    socket?.uncork();
    return reader;
  }

  #endOf(endsBy = Number.POSITIVE_INFINITY): number {
    const { maxAgeMs: age, clock } = this.parts;
    return Math.min(endsBy, clock.now().getTime() + jitter(age * 0.8, age * 1.2));
  }

  /** Ends the streams that are too old, and drops the readers that take nothing. */
  sweep(): void {
    const now = this.parts.clock.now().getTime();
    for (const stream of this.#open) {
      if (now >= stream.endsAt) this.#reconnect(stream);
      else stream.reader.dropStalled(now);
    }
  }

  /** Drops the readers on connections that acknowledge nothing. */
  async dropVanished(): Promise<void> {
    if (this.#open.size === 0) return;
    const ends = await vanished();
    if (ends.size > 0) for (const { reader } of this.#open) reader.dropVanished(ends);
  }

  #reconnect({ reader, lastFrames, channel }: OpenStream): void {
    reader.end(lastFrames.reconnect(channel));
  }

  #endRevoked(lookupId: string): void {
    for (const { reader, key, lastFrames, channel } of this.#open) {
      if (key.lookup_id === lookupId) reader.end(lastFrames.revoked(channel));
    }
  }
}
