import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import { AppError, Clock } from '#libs/kernel';
import { HttpRoutes, keepOpen, KeyCheck, keyOf, sdkCors } from '#libs/platform';
import type { Channel } from '../application/channel.js';
import { Channels } from '../application/channels.js';
import { STREAMING_SETTINGS, type StreamingSettings } from '../config.js';
import { StreamReader } from './stream-reader.js';

const PATH = '/api/flags/stream';
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;
interface Open {
  readonly reader: StreamReader;
  readonly channel: Channel;
}

/** GET /api/flags/stream (specification 05, SSE). */
@Injectable()
export class StreamRoutes extends HttpRoutes implements BeforeApplicationShutdown {
  readonly #open = new Set<Open>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly channels: Channels,
    private readonly clock: Clock,
    private readonly keys: KeyCheck,
    @Inject(STREAMING_SETTINGS) private readonly settings: StreamingSettings,
  ) {
    super();
  }

  override register(http: FastifyInstance): void {
    sdkCors(http, PATH);
    const config = {
      access: { kind: 'keys', types: ['flags_client', 'flags_server'] },
      query: ['environment', 'resume', 'payload'],
      cors: true,
    } as const;
    http.get(PATH, { config, exposeHeadRoute: false }, (request, reply) => this.#stream(request, reply));
    this.keys.onRevoked((lookupId) => this.#endRevoked(lookupId));
    this.#timer = setInterval(() => this.#beat(), this.settings.heartbeatMs);
  }

  /** Every reader is told when to come back, spread over some seconds, and let go. */
  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
    for (const open of this.#open) this.#reconnect(open);
  }

  async #stream(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const record = keyOf(request);
    const environment = matchEnvironment(request, record);
    const channel = await this.channels.open(record.org_id, environment);
    if (request.raw.destroyed) return;
    // From here on `onRevoked` ends it; what came while the channel opened is asked for.
    if (!this.keys.isGood(record)) throw new AppError('invalid_key', 'The API key is not valid');
    keepOpen(reply);
    reply.hijack();
    reply.raw.writeHead(200, { ...reply.getHeaders(), ...HEADERS } as Record<string, string>);
    const reader = new StreamReader(reply.raw, record.lookup_id, this.#endsAt());
    reader.write(Buffer.from(`retry: ${jitter(1_000, 5_000)}\n\n`));
    reader.write(channel.init(this.clock.now()));
    this.#join({ reader, channel }, reply);
  }

  #join(open: Open, reply: FastifyReply): void {
    this.#open.add(open);
    open.channel.readers.add(open.reader);
    reply.raw.once('close', () => {
      this.#open.delete(open);
      open.channel.readers.delete(open.reader);
    });
  }

  #beat(): void {
    this.channels.heartbeat();
    const now = this.clock.now().getTime();
    for (const open of this.#open) if (now >= open.reader.endsAt) this.#reconnect(open);
  }

  #endRevoked(lookupId: string): void {
    for (const { reader, channel } of this.#open) {
      if (reader.lookupId === lookupId) reader.end(channel.version, 'error', { code: 'invalid_key' });
    }
  }

  #reconnect({ reader, channel }: Open): void {
    reader.end(channel.version, 'reconnect', { delay_ms: jitter(0, 5_000) });
  }

  #endsAt(): number {
    const age = this.settings.maxConnectionAgeMs;
    return this.clock.now().getTime() + jitter(age * 0.8, age * 1.2);
  }
}

function matchEnvironment(request: FastifyRequest, { environment }: KeyRecord): { id: string; name: string } {
  if (environment === undefined) throw new TypeError('A flags key without an environment');
  const asked = (request.query as { environment?: string }).environment;
  if (asked === undefined || asked === environment.name || asked === environment.id) return environment;
  throw new AppError('environment_mismatch', `The key belongs to the environment ${environment.name}`);
}

function jitter(from: number, to: number): number {
  return Math.round(from + Math.random() * (to - from));
}
