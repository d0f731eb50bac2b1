import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { rulesetDownload, type KeyRecord } from '#libs/contracts';
import { addVary, etagMatches, keyOf } from '#libs/http';
import type { HttpRoutes } from '#libs/service';
import type { CompiledRulesets } from '../application/compiled-rulesets.js';
import { answerEtag } from './answer-etag.js';
import { environmentOf } from './with-ruleset.js';

const compress = promisify(gzip);
const MAX_CACHED_BYTES = 64 * 1024 * 1024;

/** One environment's ruleset as it is sent. `zipped` is made for the first request that accepts gzip. */
interface Download {
  readonly version: string;
  readonly plain: Buffer;
  zipped: Promise<Buffer> | undefined;
}

/** GET /api/flags/ruleset: the whole ruleset for SDKs that evaluate locally. Server keys only, since it contains every rule. */
export class RulesetRoutes implements HttpRoutes {
  readonly #cache = new LRUCache<string, Download>({
    maxSize: MAX_CACHED_BYTES,
    sizeCalculation: ({ plain }) => plain.byteLength + 1,
  });

  constructor(private readonly rulesets: CompiledRulesets) {}

  register(http: FastifyInstance): void {
    const config = { access: { kind: 'keys', types: ['flags_server'] } } as const;
    http.get('/api/flags/ruleset', { config }, (request, reply) => this.#download(request, reply));
  }

  async #download(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const record = keyOf(request);
    const download = await this.#current(record);
    const etag = answerEtag(record, download.version);
    reply.header('etag', etag).header('loom-version', download.version).header('cache-control', 'private, no-cache');
    addVary(reply, 'Accept-Encoding');
    const held = request.headers['if-none-match'];
    if (held !== undefined && etagMatches(held, etag)) return reply.code(304).send();
    reply.header('content-type', 'application/json; charset=utf-8');
    if (!acceptsGzip(request)) return reply.send(download.plain);
    download.zipped ??= compress(download.plain);
    return reply.header('content-encoding', 'gzip').send(await download.zipped);
  }

  async #current(record: KeyRecord): Promise<Download> {
    const environment = environmentOf(record);
    const { version } = await this.rulesets.for(record.org_id, environment);
    const known = this.#cache.get(environment.id);
    if (known?.version === version) return known;
    const ruleset = rulesetDownload(version, environment, this.rulesets.documents(record.org_id));
    const download = { version, plain: Buffer.from(JSON.stringify(ruleset)), zipped: undefined };
    this.#cache.set(environment.id, download);
    return download;
  }
}

function acceptsGzip(request: FastifyRequest): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(request.headers['accept-encoding'] ?? ''));
}
