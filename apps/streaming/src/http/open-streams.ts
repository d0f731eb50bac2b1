import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Clock } from '#libs/kernel';
import { keepOpen, KeyCheck } from '#libs/platform';
import { Channels } from '../application/channels.js';
import { STREAMING_SETTINGS, type StreamingSettings } from '../config.js';
import { jitter } from './jitter.js';
import { StreamReader } from './stream-reader.js';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** An open stream, and what it says when it must end: bytes, or nothing. */
export interface OpenStream {
  readonly reader: StreamReader;
  /** Of the key that opened it. */
  readonly lookupId: string;
  readonly onRevoked: () => Buffer | undefined;
  readonly onReconnect: () => Buffer | undefined;
}

/** All streams of this process: each ends with its key, when it is old, and on shutdown. */
@Injectable()
export class OpenStreams implements OnModuleInit, BeforeApplicationShutdown {
  /** With the unix ms at which each is asked to connect anew, so that load spreads over new instances. */
  readonly #endsAt = new Map<OpenStream, number>();
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
    for (const open of this.#endsAt.keys()) open.reader.end(open.onReconnect());
  }

  /** Sends the head and `retry:`; from here on the answer is a stream. */
  begin(reply: FastifyReply): StreamReader {
    keepOpen(reply);
    reply.hijack();
    reply.raw.writeHead(200, { ...reply.getHeaders(), ...HEADERS } as Record<string, string>);
    const reader = new StreamReader(reply.raw);
    reader.write(Buffer.from(`retry: ${jitter(1_000, 5_000)}\n\n`));
    return reader;
  }

  add(open: OpenStream): void {
    const age = this.settings.maxConnectionAgeMs;
    this.#endsAt.set(open, this.clock.now().getTime() + jitter(age * 0.8, age * 1.2));
    open.reader.onClose(() => this.#endsAt.delete(open));
  }

  #beat(): void {
    this.channels.heartbeat();
    const now = this.clock.now().getTime();
    for (const [open, endsAt] of this.#endsAt) if (now >= endsAt) open.reader.end(open.onReconnect());
  }

  #endRevoked(lookupId: string): void {
    for (const open of this.#endsAt.keys()) if (open.lookupId === lookupId) open.reader.end(open.onRevoked());
  }
}
