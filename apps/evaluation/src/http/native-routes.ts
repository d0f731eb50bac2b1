import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import { bulkAllowance, type Evaluation, type EvaluationContext, type WorkAllowance } from '#libs/engine';
import { AppError, refuseUnknownFields, type JsonObject } from '#libs/kernel';
import type { HttpRoutes } from '#libs/service';
import { etagMatches, param, readQuery, sdkCors, varyByCredential } from '#libs/http';
import type { VersionedRuleset } from '../application/compiled-rulesets.js';
import { evaluateFlags } from '../application/evaluate.js';
import { parseContext } from '../domain/context.js';
import { parseFlags } from '../domain/flag-list.js';
import { answerEtag } from './answer-etag.js';
import { evaluationHandler, type Answering, type EvaluationSources } from './evaluation-handler.js';
import { clientResult, serverResult, type Fragments } from './fragments.js';
import { geoAsSent, type GeoOf } from './server-geo.js';
import { minVersion, wantedVersion } from './wanted-version.js';
import { environmentOf } from './with-ruleset.js';

const BODY_LIMIT = 64 * 1024;
const PATH = '/api/flags/evaluate';
const STALE = ',"stale":true';

interface Ask {
  readonly context: EvaluationContext;
  readonly flags?: readonly string[];
  readonly explain: boolean;
}

/** Native evaluation. Uses neither Postgres, Redis nor NATS once the organization's ruleset is loaded. */
export function nativeRoutes(sources: EvaluationSources, geoOf: GeoOf = geoAsSent): HttpRoutes {
  const { rulesets } = sources;
  const steps = { parse: askWith(geoOf), wanted: wantedVersion };
  const many = evaluationHandler(sources, {
    ...steps,
    send: (asked) => sendMany(asked, rulesets.staleSeconds(asked.now)),
  });
  const one = evaluationHandler(sources, { ...steps, send: sendOne });
  return {
    register(http: FastifyInstance): void {
      sdkCors(http, PATH, `${PATH}/:key`);
      http.post(PATH, OPTIONS, many);
      http.post(`${PATH}/:key`, OPTIONS, one);
    },
  };
}

const QUERY = { explain: param.flag, min_version: minVersion };
const OPTIONS = {
  bodyLimit: BODY_LIMIT,
  config: {
    numbers: 'any',
    access: { kind: 'keys', types: ['flags_client', 'flags_server'] },
    query: Object.keys(QUERY),
    cors: true,
  },
} as const;

function sendMany(
  { request, reply, ask, record, current, now, isBehind }: Answering<Ask>,
  stale?: number,
): FastifyReply {
  const { ruleset, version, counts } = current;
  const { context, flags, explain } = ask;
  const etag = answerEtag(record, version, ruleset.stepInForce(now), context, flags, explain);
  varyByCredential(reply);
  reply.header('etag', etag).header('cache-control', 'private, no-cache');
  const held = request.headers['if-none-match'];
  // Behind the wanted version, or not confirmed: a 304 would hide it.
  if (!isBehind && stale === undefined && held !== undefined && etagMatches(held, etag))
    return reply.code(304).header('loom-version', version).send();
  const evaluations = evaluateFlags(ruleset, flags, context, now);
  counts.addAll(evaluations);
  const allowance = bulkAllowance();
  const write = explain
    ? (evaluation: Evaluation) => explained(current, evaluation.flag_key, context, now, allowance)
    : fragmentsOf(record, (fragments) => (evaluation: Evaluation) => fragments.of(evaluation));
  const results = evaluations.map(write).join(',');
  const staleness = `${stale === undefined ? '' : `,"stale_seconds":${stale}`}${isBehind ? STALE : ''}`;
  const text = `{"results":[${results}],"evaluated_at":"${new Date(now).toISOString()}","version":"${version}"${staleness}}`;
  return sendJson(reply, version, text);
}

function sendOne({ request, reply, ask, record, current, now, isBehind }: Answering<Ask>): FastifyReply {
  const { key } = request.params as { key: string };
  const evaluation = current.ruleset.evaluate(key, ask.context, now);
  if (evaluation === undefined) throw new AppError('flag_not_found', 'There is no such flag in this environment');
  current.counts.add(evaluation);
  const text = ask.explain
    ? explained(current, key, ask.context, now)
    : fragmentsOf(record, (fragments) => fragments.of(evaluation));
  return sendJson(reply, current.version, isBehind ? `${text.slice(0, -1)}${STALE}}` : text);
}

function explained(
  { ruleset }: VersionedRuleset,
  key: string,
  context: EvaluationContext,
  now: number,
  allowance?: WorkAllowance,
): string {
  const explanation = ruleset.explain(key, context, now, allowance)!;
  return `${serverResult.of(explanation.evaluation).slice(0, -1)},"trace":${JSON.stringify(explanation.trace)}}`;
}

function fragmentsOf<T>(record: KeyRecord, use: (fragments: Fragments<string>) => T): T {
  return use(record.key_type === 'flags_server' ? serverResult : clientResult);
}

function sendJson(reply: FastifyReply, version: string, text: string): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').header('loom-version', version).send(text);
}

function wantsExplanation(request: FastifyRequest, record: KeyRecord): boolean {
  if (!request.url.includes('?') || readQuery(request, QUERY).explain !== true) return false;
  if (record.key_type === 'flags_server') return true;
  throw new AppError('forbidden_for_key_type', 'Only server keys may ask why');
}

const BODY_FIELDS = new Set(['context', 'flags']);

const askWith =
  (geoOf: GeoOf) =>
  (request: FastifyRequest, record: KeyRecord): Ask => {
    const ask = parseAsk(request, record);
    return { ...ask, context: geoOf(ask.context, request, record) };
  };

function parseAsk(request: FastifyRequest, record: KeyRecord): Ask {
  const { body } = request;
  if (Array.isArray(body)) throw new AppError('invalid_type', 'The body must be a JSON object');
  const fields = body as JsonObject;
  refuseUnknownFields(fields, BODY_FIELDS);
  const context = parseContext(fields['context'], environmentOf(record).name);
  return { context, flags: parseFlags(fields['flags']), explain: wantsExplanation(request, record) };
}
