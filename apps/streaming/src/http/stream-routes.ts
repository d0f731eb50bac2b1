import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { HttpRoutes } from '#libs/service';
import { jitter, keyOf, noteAttempt, param, readQuery, sdkCors } from '#libs/http';
import { frame } from '../application/frames.js';
import type { Environment } from '../domain/flag-state.js';
import { LAST_EVENT_ID } from './last-event-id.js';
import type { LastFrames } from './open-streams.js';
import type { StreamAdmission } from './stream-admission.js';

const PATH = '/api/flags/stream';
const QUERY = {
  environment: param.text(),
  resume: param.flag,
  payload: param.oneOf(['ruleset'] as const),
  // One that makes no sense is ignored, as in the header.
  [LAST_EVENT_ID]: (id: string) => id,
};

/** GET /api/flags/stream (specification 05, SSE). */
export class StreamRoutes implements HttpRoutes {
  constructor(private readonly admission: StreamAdmission) {}

  register(http: FastifyInstance): void {
    sdkCors(http, PATH);
    const config = {
      access: { kind: 'keys', types: ['flags_client', 'flags_server'] },
      query: Object.keys(QUERY),
      cors: true,
    } as const;
    http.get(PATH, { config, exposeHeadRoute: false }, (request, reply) => this.#stream(request, reply));
  }

  async #stream(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const key = keyOf(request);
    const { environment: asked, payload, resume: resumes } = readQuery(request, QUERY);
    const environment = matchEnvironment(asked, key);
    const kind = kindOf(payload, request, key);
    await this.admission.admit({ request, reply, key, environment, resumes }, (channel, { last, now, hasRoomFor }) => {
      const resumed = resumes === true && last !== undefined ? channel.resumed(kind, last, now) : undefined;
      if (resumed === undefined || !hasRoomFor(resumed)) {
        return { kind, begins: 'init', opening: [channel.init(kind, now)], lastFrames };
      }
      return { kind, begins: 'resumed', opening: [resumed], lastFrames };
    });
  }
}

const lastFrames: LastFrames = {
  revoked: ({ version }) => frame(version, { event: 'error', data: { code: 'invalid_key' } }),
  reconnect: ({ version }) => frame(version, { event: 'reconnect', data: { delay_ms: jitter(0, 5_000) } }),
};

function matchEnvironment(asked: string | undefined, { environment }: KeyRecord): Environment {
  if (environment === undefined) throw new TypeError('A flags key without an environment');
  if (asked === undefined || asked === environment.name || asked === environment.id) return environment;
  throw new AppError('environment_mismatch', `The key belongs to the environment ${environment.name}`);
}

/** Documents contain every rule: only server keys may read them. */
function kindOf(payload: 'ruleset' | undefined, request: FastifyRequest, key: KeyRecord): 'state' | 'ruleset' {
  if (payload === undefined) return 'state';
  if (key.key_type === 'flags_server') return payload;
  noteAttempt(request, { actor: { type: 'api_key', id: key.id }, scope: key.org_id });
  throw new AppError('forbidden_for_key_type', 'The ruleset is for server keys');
}
