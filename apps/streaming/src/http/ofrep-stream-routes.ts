import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import { HttpRoutes } from '#libs/service';
import { KeyCheck } from '#libs/api-keys';
import { StreamTokens, type StreamToken } from '#libs/edge';
import { keyOf, registerGuard, sdkCors } from '#libs/http';
import { idFrame, refetchFrame, type Frame } from '../application/frames.js';
import { Entrance } from './entrance.js';
import type { LastWords } from './open-streams.js';

const PATH = '/ofrep/v1/stream';
const BY_TOKEN = 'custom:stream-token';

/** GET /ofrep/v1/stream?token= (specification 05a): says when to evaluate again, to clients that can send no header. */
@Injectable()
export class OfrepStreamRoutes extends HttpRoutes {
  constructor(
    private readonly entrance: Entrance,
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
    const token = this.#tokenOf(request);
    if (token === undefined) throw new AppError('unauthenticated', 'Take the stream of a bulk evaluation that is new');
    request.caller = { kind: 'key', record: await this.keys.live(token.lookupId) };
  }

  #tokenOf(request: FastifyRequest): StreamToken | undefined {
    const { token } = request.query as { token?: unknown };
    return typeof token === 'string' ? this.tokens.read(token) : undefined;
  }

  async #stream(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const key = keyOf(request);
    const { environment } = key;
    if (environment === undefined) throw new AppError('invalid_key', 'The API key is not valid');
    const endsBy = this.#tokenOf(request)?.expiresAt;
    await this.entrance.admit({ request, reply, key, environment }, (channel, _last, now) => {
      const opening = openingOf(channel.version, request.headers['last-event-id'], now);
      return { kind: 'refetch', begins: 'refetch', opening, lastWords, endsBy };
    });
  }
}

/** Who comes back and was told less than there is, or something else, shall evaluate again. */
function openingOf(version: string, last: unknown, now: Date): readonly Frame[] {
  const begins = idFrame(version);
  return last === undefined || last === version ? [begins] : [begins, refetchFrame(version, now)];
}

/** None: EventSource comes back after `retry`, and gives up on 401. */
const lastWords: LastWords = { revoked: () => undefined, reconnect: () => undefined };
