import { admit, ADMITTED, ADMITTED_BY_HASH, compileBody, splitKey } from './bodies.js';
import type { Admission, CompiledBody } from './bodies.js';
import { cumulate, pickVariant } from './buckets.js';
import { type References, Uncompilable } from './conditions.js';
import type { HashPrefix } from './hash.js';
import { isObject, type Fields } from './json.js';
import type { Evaluation, EvaluationContext, Reason, Run } from './model.js';
import type { Outcome, Outcomes } from './outcomes.js';

/** The outcome of a rule that admits, else why it does not. */
export type RuleTest = (context: EvaluationContext, run: Run) => Evaluation | Admission;
type Serve = (body: CompiledBody, context: EvaluationContext, admission: Admission) => Evaluation;

export interface StoredVariant extends Outcome {
  readonly weight: number;
}
export interface RuleReferences extends References {
  /** The strategy as it is now; asked at each evaluation, so that a change of it compiles no flag again. */
  strategy(id: string): { body(): CompiledBody | undefined };
}

/** What a rule is compiled against. */
export interface RuleScene {
  readonly variants: readonly StoredVariant[];
  readonly defaultVariant: string;
  readonly salt: HashPrefix;
  readonly outcomes: Outcomes;
  readonly references: RuleReferences;
}

/** Throws `Uncompilable`. */
export function compileRule(rule: unknown, scene: RuleScene): RuleTest {
  if (!isObject(rule) || typeof rule['id'] !== 'string') throw new Uncompilable('A rule has no id');
  const strategyId = rule['strategy_id'] ?? undefined;
  if (strategyId === undefined) return inlineRule(rule, scene, { type: 'strategy', rule_id: rule['id'] });
  if (typeof strategyId !== 'string') throw new Uncompilable('A rule names no strategy');
  return strategyRule(rule, scene, { type: 'strategy', rule_id: rule['id'], strategy_id: strategyId });
}

type StrategyReason = Reason & { type: 'strategy' };

function inlineRule(rule: Fields, scene: RuleScene, reason: StrategyReason): RuleTest {
  const { salt } = scene;
  const body = compileBody(rule, scene.references);
  const serve = compileServe(rule['serve'], scene, Object.freeze(reason));
  return (context, run) => {
    const admission = admit(body, salt, context, run);
    return admission >= ADMITTED ? serve(body, context, admission) : admission;
  };
}

function strategyRule(rule: Fields, scene: RuleScene, reason: StrategyReason): RuleTest {
  const { salt } = scene;
  const strategy = scene.references.strategy(reason.strategy_id!);
  const serve = compileServe(rule['serve'], scene, Object.freeze(reason));
  return (context, run) => {
    const body = strategy.body();
    if (body === undefined) return 0;
    const admission = admit(body, salt, context, run);
    return admission >= ADMITTED ? serve(body, context, admission) : admission;
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

/** Throws `Uncompilable`. */
export function storedWeight(weight: unknown): number {
  if (!Number.isSafeInteger(weight) || (weight as number) < 0) throw new Uncompilable('A weight is no whole number');
  return weight as number;
}

function compileServe(serve: unknown, scene: RuleScene, reason: Reason): Serve {
  const serving = servingOf(serve, scene.variants, scene.defaultVariant);
  return 'variant' in serving
    ? serveOne(serving.variant, scene.outcomes, reason)
    : serveSplit(serving.split, scene, reason);
}

function serveOne(outcome: Outcome, outcomes: Outcomes, reason: Reason): Serve {
  let plain: Evaluation | undefined;
  let byHash: Evaluation | undefined;
  return (_body, _context, admission) =>
    admission === ADMITTED_BY_HASH
      ? (byHash ??= outcomes.of(outcome, reason, { split: true }))
      : (plain ??= outcomes.of(outcome, reason));
}

function serveSplit(parts: readonly StoredVariant[], scene: RuleScene, reason: Reason): Serve {
  const { outcomes, salt } = scene;
  const cumulative = cumulate(parts.map(({ weight }) => weight));
  const total = cumulative.at(-1) ?? 0;
  const evaluations: (Evaluation | undefined)[] = parts.map(() => undefined);
  return (body, context) => {
    if (total === 0) return outcomes.default;
    const key = splitKey(body, context);
    if (key === undefined) return outcomes.noBucketKey;
    const index = pickVariant(salt, key, cumulative);
    return (evaluations[index] ??= outcomes.of(parts[index]!, reason, { split: true }));
  };
}
