import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, Clock } from '#libs/kernel';
import { HttpRoutes, KeyCheck, keyOf, registerGuard, sdkCors, StreamTokens } from '#libs/platform';
import { Channels } from '../application/channels.js';
import { refetchFrame } from '../application/frames.js';
import { OpenStreams } from './open-streams.js';

const PATH = '/ofrep/v1/stream';
const BY_TOKEN = 'custom:stream-token';

/** GET /ofrep/v1/stream?token= (specification 05a): says when to evaluate again, to clients that can send no header. */
@Injectable()
export class OfrepStreamRoutes extends HttpRoutes {
  constructor(
    private readonly channels: Channels,
    private readonly streams: OpenStreams,
    private readonly clock: Clock,
    private readonly keys: KeyCheck,
    private readonly tokens: StreamTokens,
  ) {
    super();
  }

  override register(http: FastifyInstance): void {
    registerGuard(http, BY_TOKEN, (request) => this.#admit(request));
    sdkCors(http, PATH);
    const config = { access: { kind: BY_TOKEN }, query: ['token'], cors: true } as const;
    http.get(PATH, { config, exposeHeadRoute: false }, (request, reply) => this.#stream(request, reply));
  }

  async #admit(request: FastifyRequest): Promise<void> {
    const { token } = request.query as { token?: unknown };
    const lookupId = typeof token === 'string' ? this.tokens.read(token) : undefined;
    if (lookupId === undefined)
      throw new AppError('unauthenticated', 'Take the stream of a bulk evaluation that is new');
    request.caller = { kind: 'key', record: await this.keys.live(lookupId) };
  }

  async #stream(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const record = keyOf(request);
    if (record.environment === undefined) throw new AppError('invalid_key', 'The API key is not valid');
    const channel = await this.channels.open(record.org_id, record.environment);
    if (request.raw.destroyed) return;
    // From here on `onRevoked` ends it; what came while the channel opened is asked for.
    if (!this.keys.isGood(record)) throw new AppError('invalid_key', 'The API key is not valid');
    const reader = this.streams.begin(reply);
    // An id without data is no message, but who comes back says it: then what was missed in between is known.
    reader.write(Buffer.from(`id: ${channel.version}\n\n`));
    const last = request.headers['last-event-id'];
    if (last !== undefined && last !== channel.version) reader.write(refetchFrame(channel.version, this.clock.now()));
    channel.refetchers.add(reader);
    reader.onClose(() => channel.refetchers.delete(reader));
    // No last words: EventSource comes back after `retry`, and gives up on 401.
    const silence = (): undefined => undefined;
    this.streams.add({ reader, lookupId: record.lookup_id, onRevoked: silence, onReconnect: silence });
  }
}
