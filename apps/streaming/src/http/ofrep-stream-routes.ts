import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, Clock } from '#libs/kernel';
import { HttpRoutes, KeyCheck, keyOf, registerGuard, sdkCors, StreamTokens } from '#libs/platform';
import { Channels } from '../application/channels.js';
import { idFrame, refetchFrame, type Frame } from '../application/frames.js';
import { lastEventId } from './last-event-id.js';
import { OpenStreams, type LastWords } from './open-streams.js';

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
    const channel = await this.channels.open(record.org_id, record.environment, lastEventId(request));
    if (request.raw.destroyed) return;
    // From here on `onRevoked` ends it; what came while the channel opened is asked for.
    if (!this.keys.isGood(record)) throw new AppError('invalid_key', 'The API key is not valid');
    const opening = this.#opening(channel.version, request.headers['last-event-id']);
    this.streams.begin(reply, { channel, listeners: channel.readers.refetch, key: record, opening, lastWords });
  }

  #opening(version: string, last: unknown): readonly Frame[] {
    const begins = idFrame(version);
    return last === undefined || last === version ? [begins] : [begins, refetchFrame(version, this.clock.now())];
  }
}

/** None: EventSource comes back after `retry`, and gives up on 401. */
const lastWords: LastWords = { revoked: () => undefined, reconnect: () => undefined };
