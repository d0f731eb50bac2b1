import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import type { EvaluationContext } from '#libs/engine';
import { Clock, type JsonObject } from '#libs/kernel';
import { etagMatches, keyOf, sdkCors } from '#libs/http';
import { HttpRoutes } from '#libs/service';
import { StreamTokens } from '#libs/edge';
import { CompiledRulesets, type VersionedRuleset } from '../application/compiled-rulesets.js';
import { fromOpenFeature } from '../domain/ofrep.js';
import { ofrepClientResult, ofrepResult, type Fragments, type OfrepResult } from './fragments.js';
import { notFound, ofrepError } from './ofrep-errors.js';
import { wantedByOfrep } from './wanted-version.js';
import { withRuleset } from './with-ruleset.js';

const PATH = '/ofrep/v1/evaluate/flags';
const BODY_LIMIT = 64 * 1024;

/** OFREP 0.3, as its stock clients use it (specification 05a). */
@Injectable()
export class OfrepRoutes extends HttpRoutes {
  constructor(
    private readonly rulesets: CompiledRulesets,
    private readonly clock: Clock,
    private readonly tokens: StreamTokens,
  ) {
    super();
  }

  override register(http: FastifyInstance): void {
    const options = {
      bodyLimit: BODY_LIMIT,
      config: {
        access: { kind: 'keys', types: ['flags_client', 'flags_server'], apiKeyHeader: true },
        query: 'any',
        cors: true,
        errorBody: ofrepError,
      },
    } as const;
    sdkCors(http, PATH, `${PATH}/:key`);
    http.post(PATH, options, (request, reply) => this.#answer(request, reply, sendBulk));
    http.post(`${PATH}/:key`, options, (request, reply) => this.#answer(request, reply, sendSingle));
  }

  #answer(request: FastifyRequest, reply: FastifyReply, send: Send): FastifyReply | Promise<FastifyReply> {
    const record = keyOf(request);
    const body = request.body as JsonObject;
    const context = fromOpenFeature(body['context']);
    return withRuleset(this.rulesets, record, wantedByOfrep(request), (current, isBehind) => {
      const now = this.clock.now().getTime();
      return send({ request, reply, record, body, context, current, now, isBehind, tokens: this.tokens });
    });
  }
}

interface Answering {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly record: KeyRecord;
  readonly body: JsonObject;
  readonly context: EvaluationContext;
  readonly current: VersionedRuleset;
  readonly now: number;
  /** The caller knows of a later version than this process. */
  readonly isBehind: boolean;
  readonly tokens: StreamTokens;
}
type Send = (answering: Answering) => FastifyReply;

function sendSingle({ request, reply, record, context, current, now }: Answering): FastifyReply {
  const { key } = request.params as { key: string };
  const evaluation = current.ruleset.evaluate(key, context, now);
  if (evaluation === undefined || isArchived(evaluation.reason)) return sendJson(reply.code(404), notFound(key));
  current.counts.add(evaluation);
  const { status, text } = fragmentsOf(record).of(evaluation);
  return sendJson(reply.code(status), text);
}

function sendBulk(answering: Answering): FastifyReply {
  const { request, reply, record, body, context, current, now, isBehind, tokens } = answering;
  const { ruleset, version, counts } = current;
  const etag = `"${version}-${contextHash(body['context'], ruleset.stepInForce(now))}"`;
  reply.header('etag', etag).header('cache-control', 'private, no-cache');
  const held = request.headers['if-none-match'];
  // A 304 of who is behind would tell the caller that the change it has heard of changes nothing.
  if (!isBehind && held !== undefined && etagMatches(held, etag)) return reply.code(304).send();
  const fragments = fragmentsOf(record);
  const evaluations = ruleset.evaluateAll(context, now);
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

/** Part of the ETag: clients send the old one after a changed attribute, and a schedule's step changes what they would get. */
function contextHash(context: unknown, step: string): string {
  return hash('sha256', `${JSON.stringify(context)}|${step}`, 'base64url').slice(0, 16);
}

function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').send(text);
}
