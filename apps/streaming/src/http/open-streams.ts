import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import { Clock } from '#libs/kernel';
import { jitter, KeyCheck, openEventStream, retryLine } from '#libs/platform';
import type { Channel } from '../application/channel.js';
import { Channels } from '../application/channels.js';
import type { Frame } from '../application/frames.js';
import type { Reader } from '../application/ports.js';
import { STREAMING_SETTINGS, type StreamingSettings } from '../config.js';
import { sdkOf, type Sdk } from './sdk-of.js';
import { StreamReader } from './stream-reader.js';

/** What a kind of stream says when it must end, if anything. */
export interface LastWords {
  revoked(channel: Channel): Frame | undefined;
  reconnect(channel: Channel): Frame | undefined;
}
/** A stream that is about to begin. */
export interface NewStream {
  readonly channel: Channel;
  /** Where in the channel it listens. */
  readonly listeners: Set<Reader>;
  readonly key: KeyRecord;
  readonly opening: readonly Frame[];
  readonly lastWords: LastWords;
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
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly channels: Channels,
    private readonly clock: Clock,
    private readonly keys: KeyCheck,
    @Inject(STREAMING_SETTINGS) private readonly settings: StreamingSettings,
  ) {}

  onModuleInit(): void {
    this.keys.onRevoked((lookupId) => this.#endRevoked(lookupId));
    this.#timer = setInterval(() => this.#beat(), this.settings.heartbeatMs);
  }

  /** Every reader is told when to come back, spread over some seconds, and let go. */
  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
    for (const stream of this.#open) this.#reconnect(stream);
  }

  /** Sends the head, `retry:` and the opening: from here on the answer is a stream, and its reader is told what the channel tells. */
  begin(reply: FastifyReply, { channel, listeners, key, opening, lastWords }: NewStream): void {
    const sdk = sdkOf(reply.request.headers);
    const reader = new StreamReader(openEventStream(reply));
    const stream = { reader, channel, key, sdk, lastWords, endsAt: this.#endOfAge() };
    for (const frame of [retryFrame(), ...opening]) reader.write(frame);
    listeners.add(reader);
    this.#open.add(stream);
    reader.onClose(() => {
      listeners.delete(reader);
      this.#open.delete(stream);
    });
  }

  /** The streams that are open now. */
  *all(): Iterable<StreamView> {
    for (const { reader, channel, key, sdk } of this.#open) {
      yield { orgId: key.org_id, ...sdk, acknowledged: reader.acknowledged(channel.version) };
    }
  }

  #endOfAge(): number {
    const age = this.settings.maxConnectionAgeMs;
    return this.clock.now().getTime() + jitter(age * 0.8, age * 1.2);
  }

  #beat(): void {
    this.channels.heartbeat();
    const now = this.clock.now().getTime();
    for (const stream of this.#open) if (now >= stream.endsAt) this.#reconnect(stream);
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

function retryFrame(): Frame {
  return { id: undefined, bytes: Buffer.from(retryLine()) };
}
