import { type Fields, isObject } from '#libs/kernel';
import { always, never, type Run, type Test } from '../conditions/condition-test.js';
import type { References } from '../conditions/conditions.js';
import { type Outcome, type StoredVariant, storedWeight } from '../documents/stored-variant.js';
import { Uncompilable } from '../documents/uncompilable.js';
import { bucketValue, cumulate, EVERYONE, isAdmitted, pickVariant } from '../hashing/buckets.js';
import { type HashPrefix, hashWith, type Salt } from '../hashing/hash.js';
import type { Evaluation, EvaluationContext, Reason } from '../values/evaluation.js';
import {
  type Admission,
  admit,
  ADMITTED,
  ADMITTED_BY_HASH,
  compileBody,
  type CompiledBody,
  NOT_ADMITTED,
  splitKey,
  TURNED_AWAY,
} from './compiled-rule.js';
import type { Misses, Outcomes } from './outcomes.js';

/** The outcome of a rule that admits, else one of its misses. */
type RuleTest<Miss> = (context: EvaluationContext, run: Run) => Evaluation | Miss;
type Serve = (body: CompiledBody, context: EvaluationContext, admission: Admission) => Evaluation;

export interface RuleReferences extends References {
  /** The strategy as it is now; asked at each evaluation, so that a change of it compiles no flag again. */
  strategy(id: string): { body(): CompiledBody | undefined };
}

/** What a rule is compiled against. */
export interface RuleScene {
  readonly variants: readonly StoredVariant[];
  readonly defaultVariant: string;
  readonly salt: Salt;
  readonly outcomes: Outcomes;
  readonly references: RuleReferences;
}

/**
 * A rule, compiled: whom its conditions take, and what those get. The two are apart so that a rule among several that
 * takes nobody costs one call.
 */
export type CompiledRule<Miss> =
  | { readonly test: Test; readonly hit: Evaluation; readonly serve: undefined }
  | { readonly test: Test; readonly hit: undefined; readonly serve: RuleTest<Miss> };

/** Throws `Uncompilable`. */
export function compileRule<Miss>(rule: unknown, scene: RuleScene, misses: Misses<Miss>): CompiledRule<Miss> {
  if (!isObject(rule) || typeof rule['id'] !== 'string') throw new Uncompilable('A rule has no id');
  const strategyId = rule['strategy_id'] ?? undefined;
  const serving = servingOf(rule['serve'], scene.variants, scene.defaultVariant);
  if (strategyId === undefined) {
    const reason: Reason = Object.freeze({ type: 'strategy', rule_id: rule['id'] });
    return inlineRule(compileBody(rule, scene.references), { serving, reason, scene, misses });
  }
  if (typeof strategyId !== 'string') throw new Uncompilable('A rule names no strategy');
  const reason: Reason = Object.freeze({ type: 'strategy', rule_id: rule['id'], strategy_id: strategyId });
  return strategyRule(scene.references.strategy(strategyId), { serving, reason, scene, misses });
}

const strategyRule = <Miss>(
  strategy: ReturnType<RuleReferences['strategy']>,
  parts: RuleParts<Miss>,
): CompiledRule<Miss> =>
  serves(
    always,
    anyRule(() => strategy.body(), parts),
  );

interface RuleParts<Miss> {
  readonly serving: Serving;
  readonly reason: Reason;
  readonly scene: RuleScene;
  readonly misses: Misses<Miss>;
}

const serves = <Miss>(test: Test, serve: RuleTest<Miss>): CompiledRule<Miss> => ({ test, hit: undefined, serve });

/** A function that always gives the same. */
export const standing =
  <T>(value: T): (() => T) =>
  () =>
    value;

/** Rules whose percentage stands still and which serve one variant, the most of them, have closures of their own. */
function inlineRule<Miss>(body: CompiledBody, parts: RuleParts<Miss>): CompiledRule<Miss> {
  const { serving, reason, scene, misses } = parts;
  const { test, milli } = body;
  if (body.steps !== undefined) return serves(always, anyRule(standing(body), parts));
  if (milli === 0) return serves(never, standing(misses.notAdmitted));
  if ('split' in serving) {
    return milli === EVERYONE
      ? serves(test, splitRule(body, serveSplit(serving.split, scene, reason)))
      : serves(always, anyRule(standing(body), parts));
  }
  if (milli === EVERYONE) return { test, hit: scene.outcomes.of(serving.variant, reason), serve: undefined };
  return serves(test, hashRule(body, scene.salt.prefix, scene.outcomes.of(serving.variant, reason, 'split'), misses));
}

function hashRule<Miss>(body: CompiledBody, salt: HashPrefix, hit: Evaluation, misses: Misses<Miss>): RuleTest<Miss> {
  const { milli, bucketBy, readKey } = body;
  const { turnedAway } = misses;
  return (context) => {
    const value = bucketValue(bucketBy === undefined ? context.user_id : readKey(context));
    if (value === undefined) return misses.noBucketKey;
    return isAdmitted(hashWith(salt, value), milli) ? hit : turnedAway;
  };
}

const splitRule =
  (body: CompiledBody, serve: Serve): RuleTest<never> =>
  (context) =>
    serve(body, context, ADMITTED);

function anyRule<Miss>(bodyNow: () => CompiledBody | undefined, parts: RuleParts<Miss>): RuleTest<Miss> {
  const { serving, reason, scene, misses } = parts;
  const salt = scene.salt.prefix;
  const serve = compileServe(serving, scene, reason);
  return (context, run) => {
    const body = bodyNow();
    if (body === undefined) return misses.notAdmitted;
    const admission = admit(body, salt, context, run);
    if (admission >= ADMITTED) return serve(body, context, admission);
    if (admission === NOT_ADMITTED) return misses.notAdmitted;
    return admission === TURNED_AWAY ? misses.turnedAway : misses.noBucketKey;
  };
}

/** What a rule serves, resolved: one variant, or weights over several. */
export type Serving = { readonly variant: StoredVariant } | { readonly split: readonly StoredVariant[] };

/** Without `serve`: the only other variant if there is exactly one, else the flag's weights. Throws `Uncompilable`. */
export function servingOf(serve: unknown, variants: readonly StoredVariant[], defaultVariant: string): Serving {
  if (serve === undefined || serve === null) {
    const others = variants.filter(({ variant }) => variant !== defaultVariant);
    return others.length === 1 ? { variant: others[0]! } : { split: variants };
  }
  if (!isObject(serve)) throw new Uncompilable('A rule serves nothing');
  if (!Array.isArray(serve['split'])) return { variant: named(serve['variant'], variants) };
  return {
    split: serve['split'].map((part: unknown) => {
      const { variant, weight } = isObject(part) ? part : ({} as Fields);
      return { ...named(variant, variants), weight: storedWeight(weight) };
    }),
  };
}

function named(name: unknown, variants: readonly StoredVariant[]): StoredVariant {
  const found = variants.find(({ variant }) => variant === name);
  if (found === undefined) throw new Uncompilable('A rule serves a variant that the flag does not have');
  return found;
}

function compileServe(serving: Serving, scene: RuleScene, reason: Reason): Serve {
  return 'variant' in serving
    ? serveOne(serving.variant, scene.outcomes, reason)
    : serveSplit(serving.split, scene, reason);
}

function serveOne(outcome: Outcome, outcomes: Outcomes, reason: Reason): Serve {
  let plain: Evaluation | undefined;
  let byHash: Evaluation | undefined;
  return (_body, _context, admission) =>
    admission === ADMITTED_BY_HASH
      ? (byHash ??= outcomes.of(outcome, reason, 'split'))
      : (plain ??= outcomes.of(outcome, reason));
}

function serveSplit(parts: readonly StoredVariant[], scene: RuleScene, reason: Reason): Serve {
  const { outcomes } = scene;
  const salt = scene.salt.prefix;
  const cumulative = cumulate(parts.map(({ weight }) => weight));
  const total = cumulative.at(-1) ?? 0;
  const evaluations: (Evaluation | undefined)[] = parts.map(() => undefined);
  return (body, context) => {
    if (total === 0) return outcomes.notAdmitted;
    const key = splitKey(body, context);
    if (key === undefined) return outcomes.noBucketKey;
    const index = pickVariant(salt, key, cumulative);
    return (evaluations[index] ??= outcomes.of(parts[index]!, reason, 'split'));
  };
}
