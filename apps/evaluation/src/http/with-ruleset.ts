import type { FastifyReply } from 'fastify';
import type { KeyRecord, RulesetVersion } from '#libs/contracts';
import type { CompiledRulesets, VersionedRuleset } from '../application/compiled-rulesets.js';
import type { Environment } from '../application/evaluation-counts.js';

/** `isBehind`: the version that the client asked for is not reached. */
type Answer = (current: VersionedRuleset, isBehind: boolean) => FastifyReply;

/**
 * Answers from the ruleset of a key's environment, once it has reached the wanted version. Without a promise when no version is
 * wanted and the ruleset is in memory.
 * @throws AppError `not_initialised`
 */
export function withRuleset(
  rulesets: CompiledRulesets,
  record: KeyRecord,
  want: RulesetVersion | undefined,
  answer: Answer,
): FastifyReply | Promise<FastifyReply> {
  if (want === undefined) return answerFrom(rulesets, record, answer, false);
  const reaching = rulesets.reach(record.org_id, want);
  return reaching.then((isReached) => answerFrom(rulesets, record, answer, !isReached));
}

function answerFrom(
  rulesets: CompiledRulesets,
  record: KeyRecord,
  answer: Answer,
  isBehind: boolean,
): FastifyReply | Promise<FastifyReply> {
  const found = rulesets.for(record.org_id, environmentOf(record));
  return found instanceof Promise ? found.then((current) => answer(current, isBehind)) : answer(found, isBehind);
}

/** Flags keys always have an environment (specification 07). @throws TypeError for a record without one: a fault of Loom */
export function environmentOf({ environment }: KeyRecord): Environment {
  if (environment === undefined) throw new TypeError('A flags key without an environment');
  return environment;
}
