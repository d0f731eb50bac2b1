import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import { AppError, Clock } from '#libs/kernel';
import { HttpRoutes, jitter, KeyCheck, keyOf, sdkCors } from '#libs/platform';
import { Channels } from '../application/channels.js';
import { frame } from '../application/frames.js';
import { OpenStreams, type LastWords } from './open-streams.js';

const PATH = '/api/flags/stream';

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
      query: ['environment', 'resume', 'payload'],
      cors: true,
    } as const;
    http.get(PATH, { config, exposeHeadRoute: false }, (request, reply) => this.#stream(request, reply));
  }

  async #stream(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const record = keyOf(request);
    const environment = matchEnvironment(request, record);
    const channel = await this.channels.open(record.org_id, environment);
    if (request.raw.destroyed) return;
    // From here on `onRevoked` ends it; what came while the channel opened is asked for.
    if (!this.keys.isGood(record)) throw new AppError('invalid_key', 'The API key is not valid');
    const opening = [channel.init(this.clock.now())];
    this.streams.begin(reply, { channel, listeners: channel.readers, key: record, opening, lastWords });
  }
}

const lastWords: LastWords = {
  revoked: ({ version }) => frame(version, { event: 'error', data: { code: 'invalid_key' } }),
  reconnect: ({ version }) => frame(version, { event: 'reconnect', data: { delay_ms: jitter(0, 5_000) } }),
};

function matchEnvironment(request: FastifyRequest, { environment }: KeyRecord): { id: string; name: string } {
  if (environment === undefined) throw new TypeError('A flags key without an environment');
  const asked = (request.query as { environment?: string }).environment;
  if (asked === undefined || asked === environment.name || asked === environment.id) return environment;
  throw new AppError('environment_mismatch', `The key belongs to the environment ${environment.name}`);
}
