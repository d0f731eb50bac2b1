import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import type { HttpRoutes } from '#libs/service';
import type { KeyCheck } from '#libs/api-keys';
import type { StreamToken, StreamTokens } from '#libs/edge';
import { keyOf, registerGuard, sdkCors } from '#libs/http';
import { idFrame, refetchFrame, type Frame } from '../application/frames.js';
import { LAST_EVENT_ID, lastEventId } from './last-event-id.js';
import type { LastFrames } from './open-streams.js';
import type { StreamAdmission } from './stream-admission.js';

const PATH = '/ofrep/v1/stream';
const BY_TOKEN = 'custom:stream-token';

/** GET /ofrep/v1/stream?token= (specification 05a): signals when to evaluate again, to clients that cannot send headers. */
export class OfrepStreamRoutes implements HttpRoutes {
  constructor(
    private readonly admission: StreamAdmission,
    private readonly keys: KeyCheck,
    private readonly tokens: StreamTokens,
  ) {}

  register(http: FastifyInstance): void {
    registerGuard(http, BY_TOKEN, (request) => this.#admit(request));
    sdkCors(http, PATH);
    const config = { access: { kind: BY_TOKEN }, query: ['token', LAST_EVENT_ID], cors: true } as const;
    http.get(PATH, { config, exposeHeadRoute: false }, (request, reply) => this.#stream(request, reply));
  }

  async #admit(request: FastifyRequest): Promise<void> {
    const token = this.#tokenOf(request);
    if (token === undefined) throw new AppError('unauthenticated', 'Use the stream address of a new bulk evaluation');
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
    await this.admission.admit({ request, reply, key, environment }, (channel, { now }) => {
      const opening = openingFor(channel.version, lastEventId(request), now);
      return { kind: 'refetch', begins: 'refetch', opening, lastFrames, endsBy };
    });
  }
}

/** A client that reconnects with any other version must evaluate again. */
function openingFor(version: string, last: string | undefined, now: Date): readonly Frame[] {
  const begins = idFrame(version);
  return last === undefined || last === version ? [begins] : [begins, refetchFrame(version, now)];
}

/** None: EventSource reconnects after `retry`, and gives up on 401. */
const lastFrames: LastFrames = { revoked: () => undefined, reconnect: () => undefined };
