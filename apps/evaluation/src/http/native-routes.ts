import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import type { Evaluation, EvaluationContext } from '#libs/engine';
import { AppError, Clock, type JsonObject } from '#libs/kernel';
import { HttpRoutes } from '#libs/service';
import { keyOf, sdkCors } from '#libs/http';
import { CompiledRulesets, type VersionedRuleset } from '../application/compiled-rulesets.js';
import { evaluateFlags } from '../application/evaluate.js';
import { parseContext } from '../domain/context.js';
import { parseFlags } from '../domain/flag-list.js';
import { clientResult, serverResult, type Fragments } from './fragments.js';
import { wantedVersion } from './wanted-version.js';
import { environmentOf, withRuleset } from './with-ruleset.js';

const BODY_LIMIT = 64 * 1024;
const PATH = '/api/flags/evaluate';
const STALE = ',"stale":true';

interface Ask {
  readonly context: EvaluationContext;
  readonly flags?: readonly string[];
}

/** Native evaluation. Touches neither Postgres, Redis nor NATS once the organization's ruleset is loaded. */
@Injectable()
export class NativeRoutes extends HttpRoutes {
  constructor(
    private readonly rulesets: CompiledRulesets,
    private readonly clock: Clock,
  ) {
    super();
  }

  override register(http: FastifyInstance): void {
    const options = {
      bodyLimit: BODY_LIMIT,
      config: {
        access: { kind: 'keys', types: ['flags_client', 'flags_server'] },
        query: ['explain', 'min_version'],
        cors: true,
      },
    } as const;
    sdkCors(http, PATH, `${PATH}/:key`);
    http.post(PATH, options, (request, reply) => this.#answer(request, reply, sendMany));
    http.post(`${PATH}/:key`, options, (request, reply) => this.#answer(request, reply, sendOne));
  }

  #answer(request: FastifyRequest, reply: FastifyReply, send: Send): FastifyReply | Promise<FastifyReply> {
    const record = keyOf(request);
    const ask = parseAsk(request.body, environmentOf(record).name);
    const explain = wantsExplanation(request, record);
    return withRuleset(this.rulesets, record, wantedVersion(request), (current, isBehind) => {
      const now = this.clock.now().getTime();
      const stale = this.rulesets.staleSeconds(now);
      return send({ request, reply, ask, record, explain, current, now, stale, isBehind });
    });
  }
}

interface Answering {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly ask: Ask;
  readonly record: KeyRecord;
  readonly explain: boolean;
  readonly current: VersionedRuleset;
  readonly now: number;
  readonly stale: number | undefined;
  /** The version asked for is not reached. */
  readonly isBehind: boolean;
}
type Send = (answering: Answering) => FastifyReply;

function sendMany({ reply, ask, record, explain, current, now, stale, isBehind }: Answering): FastifyReply {
  const { ruleset, version, counts } = current;
  const { context, flags } = ask;
  const evaluations = evaluateFlags(ruleset, flags, context, now);
  counts.addAll(evaluations);
  const write = explain
    ? (evaluation: Evaluation) => explained(current, evaluation.flag_key, context, now)
    : fragmentsOf(record, (fragments) => (evaluation: Evaluation) => fragments.of(evaluation));
  const results = evaluations.map(write).join(',');
  const staleness = `${stale === undefined ? '' : `,"stale_seconds":${stale}`}${isBehind ? STALE : ''}`;
  const text = `{"results":[${results}],"evaluated_at":"${new Date(now).toISOString()}","version":"${version}"${staleness}}`;
  return sendJson(reply, version, text);
}

function sendOne({ request, reply, ask, record, explain, current, now, isBehind }: Answering): FastifyReply {
  const { key } = request.params as { key: string };
  const evaluation = current.ruleset.evaluate(key, ask.context, now);
  if (evaluation === undefined) throw new AppError('flag_not_found', 'There is no such flag in this environment');
  current.counts.add(evaluation);
  const text = explain
    ? explained(current, key, ask.context, now)
    : fragmentsOf(record, (fragments) => fragments.of(evaluation));
  return sendJson(reply, current.version, isBehind ? `${text.slice(0, -1)}${STALE}}` : text);
}

function explained({ ruleset }: VersionedRuleset, key: string, context: EvaluationContext, now: number): string {
  const explanation = ruleset.explain(key, context, now)!;
  return `${serverResult.of(explanation.evaluation).slice(0, -1)},"trace":${JSON.stringify(explanation.trace)}}`;
}

function fragmentsOf<T>(record: KeyRecord, use: (fragments: Fragments<string>) => T): T {
  return use(record.key_type === 'flags_server' ? serverResult : clientResult);
}

function sendJson(reply: FastifyReply, version: string, text: string): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').header('loom-version', version).send(text);
}

function wantsExplanation(request: FastifyRequest, record: KeyRecord): boolean {
  const { explain } = request.query as { explain?: string };
  if (explain !== 'true') return false;
  if (record.key_type === 'flags_server') return true;
  throw new AppError('forbidden_for_key_type', 'Only server keys may ask why');
}

function parseAsk(body: unknown, environment: string): Ask {
  if (Array.isArray(body)) throw new AppError('invalid_type', 'The body must be a JSON object');
  const ask = body as JsonObject;
  for (const name in ask) {
    if (name !== 'context' && name !== 'flags')
      throw new AppError('unknown_field', `${name} is no field here`, [{ field: name, message: 'unknown' }]);
  }
  const context = parseContext(ask['context'], environment);
  return { context, flags: parseFlags(ask['flags']) };
}
