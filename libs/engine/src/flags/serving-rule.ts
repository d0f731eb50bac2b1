import { isObject } from '#libs/kernel';
import type { References } from '../conditions/compile-conditions.js';
import { always, never, type Run, type Test } from '../conditions/condition-test.js';
import type { StoredVariant } from '../documents/stored-variant.js';
import { Uncompilable } from '../documents/uncompilable.js';
import { bucketValue, FULL_PERCENTAGE, isAdmitted, spendOnHash } from '../hashing/buckets.js';
import { type HashPrefix, hashWith, type Salt } from '../hashing/hash.js';
import type { Evaluation, EvaluationContext, Reason } from '../values/evaluation.js';
import { admit, ADMITTED, type CompiledRule, compileRule, NOT_ADMITTED, NOT_IN_ROLLOUT } from './compiled-rule.js';
import type { NoMatchReasons, Outcomes } from './outcomes.js';
import { type Serve, serveOne, serveSplit, type Serving, servingOf } from './serving.js';

/** Returns the outcome if the rule admits the context, else the reason why it does not. */
type Decision<NoMatch> = (context: EvaluationContext, run: Run) => Evaluation | NoMatch;

/** A strategy that rules refer to. Resolved at each evaluation, so that its change requires no compilation of flags. */
export interface StrategyReference {
  /** `undefined` when there is no such strategy, or it cannot be compiled: its rules admit no context. */
  compiled(): CompiledRule | undefined;
}
export interface RuleReferences extends References {
  strategy(id: string): StrategyReference;
}

/** What a rule needs to know about its flag. */
export interface RuleFlag {
  readonly variants: readonly StoredVariant[];
  readonly defaultVariant: string;
  readonly salt: Salt;
  readonly outcomes: Outcomes;
  readonly references: RuleReferences;
}

/**
 * A rule of a flag with what it serves. The outcome is either constant (`hit`) or decided by `serve` after the test holds.
 * The test is separate so that a rule among several whose test fails costs one call.
 */
export type ServingRule<NoMatch> =
  | { readonly test: Test; readonly hit: Evaluation; readonly serve: undefined }
  | { readonly test: Test; readonly hit: undefined; readonly serve: Decision<NoMatch> };

interface RuleParts<NoMatch> {
  readonly serving: Serving;
  readonly reason: Reason;
  readonly flag: RuleFlag;
  readonly reasons: NoMatchReasons<NoMatch>;
}

/** @throws Uncompilable */
export function compileServingRule<NoMatch>(
  rule: unknown,
  flag: RuleFlag,
  reasons: NoMatchReasons<NoMatch>,
): ServingRule<NoMatch> {
  if (!isObject(rule) || typeof rule['id'] !== 'string') throw new Uncompilable('A rule has no id');
  const strategyId = rule['strategy_id'] ?? undefined;
  const serving = servingOf(rule['serve'], flag.variants, flag.defaultVariant);
  if (strategyId === undefined) {
    const reason: Reason = Object.freeze({ type: 'strategy', rule_id: rule['id'] });
    return inlineRule(compileRule(rule, flag.references), { serving, reason, flag, reasons });
  }
  if (typeof strategyId !== 'string') throw new Uncompilable('The strategy_id of a rule is not a string');
  const reason: Reason = Object.freeze({ type: 'strategy', rule_id: rule['id'], strategy_id: strategyId });
  return strategyRule(flag.references.strategy(strategyId), { serving, reason, flag, reasons });
}

const strategyRule = <NoMatch>(strategy: StrategyReference, parts: RuleParts<NoMatch>): ServingRule<NoMatch> =>
  servingRule(
    always,
    generalDecision(() => strategy.compiled(), parts),
  );

const servingRule = <NoMatch>(test: Test, serve: Decision<NoMatch>): ServingRule<NoMatch> => ({
  test,
  hit: undefined,
  serve,
});

/** A function that always returns `value`. */
export const constant =
  <T>(value: T): (() => T) =>
  () =>
    value;

/** Most rules have a fixed percentage and serve one variant: these get closures of their own. */
function inlineRule<NoMatch>(rule: CompiledRule, parts: RuleParts<NoMatch>): ServingRule<NoMatch> {
  const { serving, reason, flag, reasons } = parts;
  const { test, milli } = rule;
  const { outcomes } = flag;
  if (rule.steps !== undefined) return servingRule(always, generalDecision(constant(rule), parts));
  if (milli === 0) return servingRule(never, constant(reasons.notAdmitted));
  if ('split' in serving) {
    return milli === FULL_PERCENTAGE
      ? servingRule(test, splitDecision(rule, serveSplit(serving.split, flag.salt.prefix, outcomes, reason)))
      : servingRule(always, generalDecision(constant(rule), parts));
  }
  if (milli === FULL_PERCENTAGE) return { test, hit: outcomes.of(serving.variant, reason), serve: undefined };
  const hit = outcomes.of(serving.variant, reason, 'split');
  return servingRule(test, percentageDecision(rule, flag.salt.prefix, hit, reasons));
}

/** A percentage that a hash decides, serving one variant. */
function percentageDecision<NoMatch>(
  rule: CompiledRule,
  salt: HashPrefix,
  hit: Evaluation,
  reasons: NoMatchReasons<NoMatch>,
): Decision<NoMatch> {
  const { milli, bucketBy, readKey } = rule;
  const { notInRollout } = reasons;
  return (context, run) => {
    const value = bucketValue(bucketBy === undefined ? context.user_id : readKey(context));
    if (value === undefined) return reasons.noBucketKey;
    spendOnHash(value, run);
    return isAdmitted(hashWith(salt, value), milli) ? hit : notInRollout;
  };
}

const splitDecision =
  (rule: CompiledRule, serve: Serve): Decision<never> =>
  (context, run) =>
    serve(rule, context, ADMITTED, run);

/** Conditions, then percentage or schedule, then what is served, for every kind of rule. */
function generalDecision<NoMatch>(
  currentRule: () => CompiledRule | undefined,
  parts: RuleParts<NoMatch>,
): Decision<NoMatch> {
  const { serving, reason, flag, reasons } = parts;
  const salt = flag.salt.prefix;
  const serve =
    'variant' in serving
      ? serveOne(serving.variant, flag.outcomes, reason)
      : serveSplit(serving.split, salt, flag.outcomes, reason);
  return (context, run) => {
    const rule = currentRule();
    if (rule === undefined) return reasons.notAdmitted;
    const admission = admit(rule, salt, context, run);
    if (admission >= ADMITTED) return serve(rule, context, admission, run);
    if (admission === NOT_ADMITTED) return reasons.notAdmitted;
    return admission === NOT_IN_ROLLOUT ? reasons.notInRollout : reasons.noBucketKey;
  };
}
