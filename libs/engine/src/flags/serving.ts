import { type Fields, isObject } from '#libs/kernel';
import type { Run } from '../conditions/condition-test.js';
import { type Outcome, type StoredVariant, storedWeight } from '../documents/stored-variant.js';
import { Uncompilable } from '../documents/uncompilable.js';
import { cumulate, pickVariant, spendOnHash } from '../hashing/buckets.js';
import type { HashPrefix } from '../hashing/hash.js';
import type { Evaluation, EvaluationContext, Reason } from '../values/evaluation.js';
import { type Admission, ADMITTED_BY_HASH, type CompiledRule, splitKey } from './compiled-rule.js';
import type { Outcomes } from './outcomes.js';

/** What a rule serves: one variant, or a split over several by weight. */
export type Serving = { readonly variant: StoredVariant } | { readonly split: readonly StoredVariant[] };

/** Returns the outcome for a context that the rule admits. */
export type Serve = (rule: CompiledRule, context: EvaluationContext, admission: Admission, run: Run) => Evaluation;

/**
 * Reads `serve` of a rule. Default: the variant that is not the default one if there is exactly one, else a split by the
 * weights of the flag.
 * @throws Uncompilable
 */
export function servingOf(serve: unknown, variants: readonly StoredVariant[], defaultVariant: string): Serving {
  if (serve === undefined || serve === null) {
    const others = variants.filter(({ variant }) => variant !== defaultVariant);
    return others.length === 1 ? { variant: others[0]! } : { split: variants };
  }
  if (!isObject(serve)) throw new Uncompilable('The serve of a rule is not an object');
  if (!Array.isArray(serve['split'])) return { variant: variantNamed(serve['variant'], variants) };
  return {
    split: serve['split'].map((part: unknown) => {
      const { variant, weight } = isObject(part) ? part : ({} as Fields);
      return { ...variantNamed(variant, variants), weight: storedWeight(weight) };
    }),
  };
}

function variantNamed(name: unknown, variants: readonly StoredVariant[]): StoredVariant {
  const found = variants.find(({ variant }) => variant === name);
  if (found === undefined) throw new Uncompilable('A rule serves a variant that the flag does not have');
  return found;
}

/** Serves one variant. */
export function serveOne(outcome: Outcome, outcomes: Outcomes, reason: Reason): Serve {
  let plain: Evaluation | undefined;
  let byHash: Evaluation | undefined;
  return (_rule, _context, admission) =>
    admission === ADMITTED_BY_HASH
      ? (byHash ??= outcomes.of(outcome, reason, 'split'))
      : (plain ??= outcomes.of(outcome, reason));
}

/** Serves the variant that the hash of the bucket key selects by weight. */
export function serveSplit(
  parts: readonly StoredVariant[],
  salt: HashPrefix,
  outcomes: Outcomes,
  reason: Reason,
): Serve {
  const cumulative = cumulate(parts.map(({ weight }) => weight));
  const total = cumulative.at(-1) ?? 0;
  const evaluations: (Evaluation | undefined)[] = parts.map(() => undefined);
  return (rule, context, _admission, run) => {
    if (total === 0) return outcomes.notAdmitted;
    const key = splitKey(rule, context);
    if (key === undefined) return outcomes.noBucketKey;
    spendOnHash(key, run);
    const index = pickVariant(salt, key, cumulative);
    return (evaluations[index] ??= outcomes.of(parts[index]!, reason, 'split'));
  };
}
