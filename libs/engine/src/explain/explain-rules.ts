import type { Fields } from '#libs/kernel';
import { fieldsOf } from '../documents/fields-of.js';
import { type FlagParts, versionOf } from '../documents/flag-documents.js';
import { stepAt } from '../documents/schedules.js';
import { type CompiledRule, compileRule, splitKey } from '../flags/compiled-rule.js';
import type { ScopeView } from '../flags/scope-view.js';
import { servingOf } from '../flags/serving.js';
import { bucketValue, cumulate, FULL_PERCENTAGE, isAdmitted, pickVariant } from '../hashing/buckets.js';
import { hashWith } from '../hashing/hash.js';
import { explainConditions, type ExplainState } from './explain-conditions.js';
import type { PercentageTrace, RuleTrace, VariantTrace } from './trace.js';

/** Explains one rule. Requires a flag that compiles. */
export function explainRule(rule: Fields, parts: FlagParts, view: ScopeView, state: ExplainState): RuleTrace {
  const strategyId = rule['strategy_id'] as string | undefined | null;
  const ids = { check: 'rule', rule_id: String(rule['id']) } as const;
  if (strategyId === undefined || strategyId === null) {
    return { ...ids, ...explainAdmission(rule, { rule, parts, view }, state) };
  }
  const found = view.find('strategy', strategyId);
  const strategy = { strategy_id: strategyId };
  if (found === undefined || view.strategy(strategyId).compiled() === undefined) {
    return { ...ids, ...strategy, result: 'unknown_strategy' };
  }
  const document = fieldsOf(found.document);
  const source = { rule, parts, view: found.view };
  return { ...ids, ...strategy, strategy_version: versionOf(document), ...explainAdmission(document, source, state) };
}

interface RuleSource {
  readonly rule: Fields;
  readonly parts: FlagParts;
  readonly view: ScopeView;
}
type AdmissionTrace = Pick<RuleTrace, 'result' | 'conditions' | 'percentage' | 'variant'>;

function explainAdmission(document: Fields, { rule, parts, view }: RuleSource, state: ExplainState): AdmissionTrace {
  const conditions = explainConditions(document['conditions'] ?? [], view, state);
  if (!conditions.result) return { result: 'not_admitted', conditions };
  const compiled = compileRule(document, view);
  const percentage = explainPercentage(compiled, parts, state);
  if (percentage.result !== 'everyone' && percentage.result !== 'admitted') {
    return { result: 'not_admitted', conditions, percentage };
  }
  return { result: 'admitted', conditions, percentage, variant: explainVariant(rule['serve'], compiled, parts, state) };
}

function explainPercentage(compiled: CompiledRule, parts: FlagParts, { context, run }: ExplainState): PercentageTrace {
  const index = compiled.steps === undefined ? -1 : stepAt(compiled.steps, run.now);
  const step = compiled.steps?.[index];
  const milli = compiled.steps === undefined ? compiled.milli : (step?.milli ?? 0);
  const base = {
    check: 'percentage',
    percentage: milli / 1_000,
    ...(compiled.steps === undefined
      ? {}
      : { step: step === undefined ? null : { start_at: new Date(step.at).toISOString() } }),
  } as const;
  if (milli === FULL_PERCENTAGE) return { ...base, result: 'everyone' };
  if (milli === 0) return { ...base, result: 'nobody' };
  const bucketBy = { bucket_by: compiled.bucketBy ?? 'user_id' };
  const value = bucketValue(compiled.readKey(context));
  if (value === undefined) return { ...base, ...bucketBy, result: 'no_bucket_key' };
  const hash = hashWith(parts.salt.prefix, value);
  return {
    ...base,
    ...bucketBy,
    result: isAdmitted(hash, milli) ? 'admitted' : 'turned_away',
    hash_input: parts.salt.prefix.text + value,
    hash,
    bucket: [hash % 100, Math.floor(hash / 100) % 1_000],
    threshold: [Math.floor(milli / 1_000), milli % 1_000],
  };
}

function explainVariant(
  serve: unknown,
  compiled: CompiledRule,
  parts: FlagParts,
  { context }: ExplainState,
): VariantTrace {
  const serving = servingOf(serve, parts.variants, parts.fallback.variant);
  if ('variant' in serving) {
    const by = serve === undefined || serve === null ? 'only_other_variant' : 'serve';
    return { check: 'variant', result: serving.variant.variant, by };
  }
  const weights = serving.split.map(({ variant, weight }) => ({ variant, weight }));
  const cumulative = cumulate(weights.map(({ weight }) => weight));
  const total = cumulative.at(-1) ?? 0;
  const key = splitKey(compiled, context);
  const split = { check: 'variant', by: 'split', weights } as const;
  if (total === 0 || key === undefined) return { ...split, result: null };
  const value = `${key}.variant`;
  const hash = hashWith(parts.salt.prefix, value);
  const result = weights[pickVariant(parts.salt.prefix, key, cumulative)]!.variant;
  return { ...split, result, hash_input: parts.salt.prefix.text + value, hash, bucket: hash % total };
}
