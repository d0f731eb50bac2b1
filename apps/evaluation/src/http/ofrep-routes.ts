import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import type { EvaluationContext } from '#libs/engine';
import type { JsonObject } from '#libs/kernel';
import { etagMatches, sdkCors, varyByCredential } from '#libs/http';
import type { HttpRoutes } from '#libs/service';
import { OFREP_EVALUATE, ofrepError, ofrepErrors, type StreamTokens } from '#libs/edge';
import { fromOpenFeature } from '../domain/ofrep.js';
import { answerEtag } from './answer-etag.js';
import { evaluationHandler, type Answering, type EvaluationSources } from './evaluation-handler.js';
import { ofrepClientResult, ofrepResult, type Fragments, type OfrepResult } from './fragments.js';
import { notFound } from './ofrep-errors.js';
import { geoAsSent, type GeoOf } from './server-geo.js';
import { wantedByOfrep } from './wanted-version.js';

const BODY_LIMIT = 64 * 1024;

export interface OfrepSources extends EvaluationSources {
  readonly tokens: StreamTokens;
  /** Default: the geo that is sent. */
  readonly geoOf?: GeoOf;
}

/** OFREP 0.3, as its stock clients use it (specification 05a). */
export function ofrepRoutes({ tokens, geoOf = geoAsSent, ...sources }: OfrepSources): HttpRoutes {
  const steps = { parse: contextWith(geoOf), wanted: wantedByOfrep };
  const bulk = evaluationHandler(sources, { ...steps, send: (asked) => sendBulk(asked, tokens) });
  const single = evaluationHandler(sources, { ...steps, send: sendSingle });
  return {
    register(http: FastifyInstance): void {
      ofrepErrors(http);
      sdkCors(http, OFREP_EVALUATE, `${OFREP_EVALUATE}/:key`);
      http.post(OFREP_EVALUATE, OPTIONS, bulk);
      http.post(`${OFREP_EVALUATE}/:key`, OPTIONS, single);
    },
  };
}

const OPTIONS = {
  bodyLimit: BODY_LIMIT,
  config: {
    numbers: 'any',
    access: { kind: 'keys', types: ['flags_client', 'flags_server'], apiKeyHeader: true },
    query: 'any',
    cors: true,
    errorBody: ofrepError,
  },
} as const;

const contextWith =
  (geoOf: GeoOf) =>
  (request: FastifyRequest, record: KeyRecord): EvaluationContext =>
    geoOf(fromOpenFeature((request.body as JsonObject)['context']), request, record);

function sendSingle({ request, reply, record, ask, current, now }: Answering<EvaluationContext>): FastifyReply {
  const { key } = request.params as { key: string };
  const evaluation = current.ruleset.evaluate(key, ask, now);
  if (evaluation === undefined || isArchived(evaluation.reason)) return sendJson(reply.code(404), notFound(key));
  current.counts.add(evaluation);
  const { status, text } = fragmentsOf(record).of(evaluation);
  return sendJson(reply.code(status), text);
}

function sendBulk(answering: Answering<EvaluationContext>, tokens: StreamTokens): FastifyReply {
  const { request, reply, record, ask, current, now, isBehind } = answering;
  const { ruleset, version, counts } = current;
  const etag = answerEtag(record, version, ruleset.stepInForce(now), ask);
  varyByCredential(reply);
  reply.header('etag', etag).header('cache-control', 'private, no-cache');
  const held = request.headers['if-none-match'];
  // Behind the version that the client asked for: a 304 would make it keep old values.
  if (!isBehind && held !== undefined && etagMatches(held, etag)) return reply.code(304).send();
  const fragments = fragmentsOf(record);
  const evaluations = ruleset.evaluateAll(ask, now);
  counts.addAll(evaluations);
  const flags = evaluations.map((evaluation) => fragments.of(evaluation).text);
  const streams = eventStreams(tokens.issue(record.lookup_id));
  return sendJson(reply, `{"flags":[${flags.join(',')}],${streams},"metadata":{"version":"${version}"}}`);
}

function eventStreams(token: string): string {
  const requestUri = `/ofrep/v1/stream?token=${token}`;
  return `"eventStreams":[{"type":"sse","endpoint":{"requestUri":"${requestUri}"},"inactivityDelaySec":120}]`;
}

const fragmentsOf = (record: KeyRecord): Fragments<OfrepResult> =>
  record.key_type === 'flags_server' ? ofrepResult : ofrepClientResult;

const isArchived = (reason: { readonly type: string; readonly code?: string }): boolean =>
  reason.type === 'error' && reason.code === 'archived';

function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').send(text);
}
