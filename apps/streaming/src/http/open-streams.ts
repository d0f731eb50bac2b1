import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import { Clock } from '#libs/kernel';
import { jitter, openEventStream, retryLine } from '#libs/http';
import { KeyCheck } from '#libs/api-keys';
import type { Channel, StreamKind } from '../application/channel.js';
import { Channels } from '../application/channels.js';
import { retryFrame, type Frame } from '../application/frames.js';
import { STREAMING_SETTINGS, type StreamingSettings } from '../config.js';
import { sdkOf, type Sdk } from './sdk-of.js';
import { StreamReader, type Tally } from './stream-reader.js';
import { vanished } from './vanished.js';

/** How far apart streams are looked at: whether their time is over, whether anybody reads them. */
const SWEEP_MS = 1_000;
/** How far apart the system is asked who has vanished: with thousands of streams its answer is a megabyte. */
const VANISHED_MS = 10_000;
/** Enough for all to spread. */
const retries = Array.from({ length: 256 }, () => retryFrame(retryLine()));

/** What a kind of stream says when it must end, if anything. */
export interface LastWords {
  revoked(channel: Channel): Frame | undefined;
  reconnect(channel: Channel): Frame | undefined;
}
/** With the full state, with what was missed, or with nothing but a version (OFREP). */
export type Beginning = 'init' | 'resumed' | 'refetch';
/** A stream that is about to begin. */
export interface NewStream {
  readonly channel: Channel;
  readonly kind: StreamKind;
  readonly key: KeyRecord;
  readonly begins: Beginning;
  readonly opening: readonly Frame[];
  readonly lastWords: LastWords;
  /** Unix ms of what it may not outlive, besides its key. */
  readonly endsBy?: number;
}
interface OpenStream {
  readonly reader: StreamReader;
  readonly channel: Channel;
  readonly key: KeyRecord;
  readonly sdk: Sdk;
  readonly lastWords: LastWords;
  /** Unix ms at which it is asked to connect anew, so that load spreads over new instances. */
  readonly endsAt: number;
}
/** What may be told of an open stream. */
export interface StreamView extends Sdk {
  readonly orgId: string;
  /** The version up to which the system has taken all that was written for it; `undefined`: not even the beginning. */
  readonly acknowledged: string | undefined;
}

/** All streams of this process: each ends with its key, when it is old, and on shutdown. */
@Injectable()
export class OpenStreams implements OnModuleInit, BeforeApplicationShutdown {
  readonly #open = new Set<OpenStream>();
  readonly #tally: Tally = { events: 0, bytes: 0, dropped: 0 };
  readonly #begun: Record<Beginning, number> = { init: 0, resumed: 0, refetch: 0 };
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly channels: Channels,
    private readonly clock: Clock,
    private readonly keys: KeyCheck,
    @Inject(STREAMING_SETTINGS) private readonly settings: StreamingSettings,
  ) {}

  onModuleInit(): void {
    this.keys.onRevoked((lookupId) => this.#endRevoked(lookupId));
    this.#timers.push(setInterval(() => this.channels.heartbeat(), this.settings.heartbeatMs));
    this.#timers.push(setInterval(() => this.#sweep(), SWEEP_MS));
    this.#timers.push(setInterval(() => void this.#dropVanished(), VANISHED_MS));
  }

  /** Every reader is told when to come back, spread over some seconds, and let go. */
  beforeApplicationShutdown(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const stream of this.#open) this.#reconnect(stream);
  }

  /** Sends the head, `retry:` and the opening: from here on the answer is a stream, and its reader is told what the channel tells. */
  begin(reply: FastifyReply, { channel, kind, key, begins, opening, lastWords, endsBy }: NewStream): void {
    const sdk = sdkOf(reply.request.headers);
    const reader = this.#answer(reply, opening);
    const stream = { reader, channel, key, sdk, lastWords, endsAt: this.#endOf(endsBy) };
    channel.readers[kind].add(reader);
    this.#open.add(stream);
    this.#begun[begins] += 1;
    reader.onClose(() => {
      channel.readers[kind].delete(reader);
      this.#open.delete(stream);
    });
  }

  /** Counted since the start, but for `open`. */
  get numbers(): Tally & { readonly open: number; readonly begun: Readonly<Record<Beginning, number>> } {
    return { ...this.#tally, open: this.#open.size, begun: this.#begun };
  }

  /** The streams that are open now. */
  *all(): Iterable<StreamView> {
    for (const { reader, channel, key, sdk } of this.#open) {
      yield { orgId: key.org_id, ...sdk, acknowledged: reader.acknowledged(channel.version) };
    }
  }

  /** In one piece, so that a stream begins with one call of the system. */
  #answer(reply: FastifyReply, opening: readonly Frame[]): StreamReader {
    const { socket } = reply.raw;
    socket?.cork();
    const reader = new StreamReader(openEventStream(reply), this.#tally);
    reader.open([retries[jitter(0, retries.length - 1)]!, ...opening]);
    socket?.uncork();
    return reader;
  }

  #endOf(endsBy = Number.POSITIVE_INFINITY): number {
    const age = this.settings.maxConnectionAgeMs;
    return Math.min(endsBy, this.clock.now().getTime() + jitter(age * 0.8, age * 1.2));
  }

  #sweep(): void {
    const now = this.clock.now().getTime();
    for (const stream of this.#open) {
      if (now >= stream.endsAt) this.#reconnect(stream);
      else stream.reader.dropStalled(now);
    }
  }

  async #dropVanished(): Promise<void> {
    if (this.#open.size === 0) return;
    const ends = await vanished();
    if (ends.size > 0) for (const { reader } of this.#open) reader.dropVanished(ends);
  }

  #reconnect({ reader, lastWords, channel }: OpenStream): void {
    reader.end(lastWords.reconnect(channel));
  }

  #endRevoked(lookupId: string): void {
    for (const { reader, key, lastWords, channel } of this.#open) {
      if (key.lookup_id === lookupId) reader.end(lastWords.revoked(channel));
    }
  }
}
