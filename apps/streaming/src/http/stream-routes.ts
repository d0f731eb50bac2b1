import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import { AppError, Clock } from '#libs/kernel';
import { HttpRoutes, jitter, KeyCheck, keyOf, noteAttempt, param, readQuery, sdkCors } from '#libs/platform';
import { Channels } from '../application/channels.js';
import { frame } from '../application/frames.js';
import { lastEventId } from './last-event-id.js';
import { OpenStreams, type LastWords } from './open-streams.js';

const PATH = '/api/flags/stream';
const QUERY = { environment: param.text(), resume: param.flag, payload: param.oneOf(['ruleset'] as const) };

/** GET /api/flags/stream (specification 05, SSE). */
@Injectable()
export class StreamRoutes extends HttpRoutes {
  constructor(
    private readonly channels: Channels,
    private readonly streams: OpenStreams,
    private readonly clock: Clock,
    private readonly keys: KeyCheck,
  ) {
    super();
  }

  override register(http: FastifyInstance): void {
    sdkCors(http, PATH);
    const config = {
      access: { kind: 'keys', types: ['flags_client', 'flags_server'] },
      query: Object.keys(QUERY),
      cors: true,
    } as const;
    http.get(PATH, { config, exposeHeadRoute: false }, (request, reply) => this.#stream(request, reply));
  }

  async #stream(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const record = keyOf(request);
    const asked = readQuery(request, QUERY);
    const environment = matchEnvironment(asked.environment, record);
    const kind = kindOf(asked.payload, request, record);
    const last = lastEventId(request);
    const channel = await this.channels.open(record.org_id, environment, last);
    const from = asked.resume === true ? last : undefined;
    if (from !== undefined) await this.channels.recall(record.org_id, from);
    if (request.raw.destroyed) return;
    // From here on `onRevoked` ends it; what came while the channel opened is asked for.
    if (!this.keys.isGood(record)) throw new AppError('invalid_key', 'The API key is not valid');
    const now = this.clock.now();
    const resumed = from === undefined ? undefined : channel.resumed(kind, from, now);
    const opening = [resumed ?? channel.init(kind, now)];
    this.streams.begin(reply, { channel, listeners: channel.readers[kind], key: record, opening, lastWords });
  }
}

const lastWords: LastWords = {
  revoked: ({ version }) => frame(version, { event: 'error', data: { code: 'invalid_key' } }),
  reconnect: ({ version }) => frame(version, { event: 'reconnect', data: { delay_ms: jitter(0, 5_000) } }),
};

function matchEnvironment(asked: string | undefined, { environment }: KeyRecord): { id: string; name: string } {
  if (environment === undefined) throw new TypeError('A flags key without an environment');
  if (asked === undefined || asked === environment.name || asked === environment.id) return environment;
  throw new AppError('environment_mismatch', `The key belongs to the environment ${environment.name}`);
}

/** Documents hold every rule: they are for servers. */
function kindOf(payload: 'ruleset' | undefined, request: FastifyRequest, record: KeyRecord): 'state' | 'ruleset' {
  if (payload === undefined) return 'state';
  if (record.key_type === 'flags_server') return payload;
  noteAttempt(request, { actor: { type: 'api_key', id: record.id }, scope: record.org_id });
  throw new AppError('forbidden_for_key_type', 'The ruleset is for server keys');
}
