import type { Fields } from '#libs/kernel';
import { fieldsOf } from '../documents/fields-of.js';
import { type FlagParts, versionOf } from '../documents/flag-documents.js';
import { stepAt } from '../documents/schedules.js';
import { compileBody, type CompiledBody, splitKey } from '../flags/compiled-rule.js';
import type { ScopeView } from '../flags/scope-view.js';
import { servingOf } from '../flags/serving-rule.js';
import { bucketValue, cumulate, EVERYONE, isAdmitted, pickVariant } from '../hashing/buckets.js';
import { hashWith } from '../hashing/hash.js';
import { explainConditions, type Subject } from './explain-conditions.js';
import type { PercentageTrace, RuleTrace, VariantTrace } from './trace.js';

/** Explains one rule of a flag that compiles. */
export function explainRule(rule: Fields, parts: FlagParts, view: ScopeView, subject: Subject): RuleTrace {
  const strategyId = rule['strategy_id'] as string | undefined | null;
  const named = { check: 'rule', rule_id: String(rule['id']) } as const;
  if (strategyId === undefined || strategyId === null) {
    return { ...named, ...explainBody(rule, { rule, parts, view }, subject) };
  }
  const found = view.find('strategy', strategyId);
  const strategy = { strategy_id: strategyId };
  if (found === undefined || view.strategy(strategyId).body() === undefined) {
    return { ...named, ...strategy, result: 'unknown_strategy' };
  }
  const document = fieldsOf(found.document);
  const scene = { rule, parts, view: found.view };
  return { ...named, ...strategy, strategy_version: versionOf(document), ...explainBody(document, scene, subject) };
}

interface RuleScene {
  readonly rule: Fields;
  readonly parts: FlagParts;
  readonly view: ScopeView;
}
type BodyTrace = Pick<RuleTrace, 'result' | 'conditions' | 'percentage' | 'variant'>;

function explainBody(written: Fields, { rule, parts, view }: RuleScene, subject: Subject): BodyTrace {
  const conditions = explainConditions(written['conditions'] ?? [], view, subject);
  if (!conditions.result) return { result: 'not_admitted', conditions };
  const body = compileBody(written, view);
  const percentage = explainPercentage(body, parts, subject);
  if (percentage.result !== 'everyone' && percentage.result !== 'admitted') {
    return { result: 'not_admitted', conditions, percentage };
  }
  return { result: 'admitted', conditions, percentage, variant: explainVariant(rule['serve'], body, parts, subject) };
}

function explainPercentage(body: CompiledBody, parts: FlagParts, { context, run }: Subject): PercentageTrace {
  const index = body.steps === undefined ? -1 : stepAt(body.steps, run.now);
  const step = body.steps?.[index];
  const milli = body.steps === undefined ? body.milli : (step?.milli ?? 0);
  const said = {
    check: 'percentage',
    percentage: milli / 1_000,
    ...(body.steps === undefined
      ? {}
      : { step: step === undefined ? null : { start_at: new Date(step.at).toISOString() } }),
  } as const;
  if (milli === EVERYONE) return { ...said, result: 'everyone' };
  if (milli === 0) return { ...said, result: 'nobody' };
  const bucketBy = { bucket_by: body.bucketBy ?? 'user_id' };
  const value = bucketValue(body.readKey(context));
  if (value === undefined) return { ...said, ...bucketBy, result: 'no_bucket_key' };
  const hash = hashWith(parts.salt.prefix, value);
  return {
    ...said,
    ...bucketBy,
    result: isAdmitted(hash, milli) ? 'admitted' : 'turned_away',
    hash_input: parts.salt.prefix.text + value,
    hash,
    bucket: [hash % 100, Math.floor(hash / 100) % 1_000],
    threshold: [Math.floor(milli / 1_000), milli % 1_000],
  };
}

function explainVariant(serve: unknown, body: CompiledBody, parts: FlagParts, { context }: Subject): VariantTrace {
  const serving = servingOf(serve, parts.variants, parts.fallback.variant);
  if ('variant' in serving) {
    const by = serve === undefined || serve === null ? 'only_other_variant' : 'serve';
    return { check: 'variant', result: serving.variant.variant, by };
  }
  const weights = serving.split.map(({ variant, weight }) => ({ variant, weight }));
  const cumulative = cumulate(weights.map(({ weight }) => weight));
  const total = cumulative.at(-1) ?? 0;
  const key = splitKey(body, context);
  const split = { check: 'variant', by: 'split', weights } as const;
  if (total === 0 || key === undefined) return { ...split, result: null };
  const value = `${key}.variant`;
  const hash = hashWith(parts.salt.prefix, value);
  const result = weights[pickVariant(parts.salt.prefix, key, cumulative)]!.variant;
  return { ...split, result, hash_input: parts.salt.prefix.text + value, hash, bucket: hash % total };
}
