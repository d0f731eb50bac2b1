import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord, RulesetVersion } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import { keyOf } from '#libs/http';
import type { CompiledRulesets, VersionedRuleset } from '../application/compiled-rulesets.js';
import { withRuleset } from './with-ruleset.js';

export interface EvaluationSources {
  readonly rulesets: CompiledRulesets;
  readonly clock: Clock;
}

/** A request with everything its answer is made from. `Ask` is the parsed body. */
export interface Answering<Ask> {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly record: KeyRecord;
  readonly ask: Ask;
  readonly current: VersionedRuleset;
  /** The version that the client asked for is not reached. */
  readonly isBehind: boolean;
  /** Unix ms. */
  readonly now: number;
}

/** The steps in which the protocols differ. */
export interface EvaluationSteps<Ask> {
  readonly parse: (request: FastifyRequest, record: KeyRecord) => Ask;
  readonly wanted: (request: FastifyRequest) => RulesetVersion | undefined;
  readonly send: (answering: Answering<Ask>) => FastifyReply;
}

/** The handler of an evaluation route: parses, reaches the wanted version, sends. Without a promise while the ruleset is in memory. */
export function evaluationHandler<Ask>(
  { rulesets, clock }: EvaluationSources,
  { parse, wanted, send }: EvaluationSteps<Ask>,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply> {
  return (request, reply) => {
    const record = keyOf(request);
    const ask = parse(request, record);
    return withRuleset(rulesets, record, wanted(request), (current, isBehind) =>
      send({ request, reply, record, ask, current, isBehind, now: clock.now().getTime() }),
    );
  };
}
