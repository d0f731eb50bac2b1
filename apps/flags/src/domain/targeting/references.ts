import type { Condition, Rule } from '#libs/contracts';

/** The segments that a tree of conditions names. */
export function segmentsIn(condition: Condition | undefined): readonly string[] {
  if (condition === undefined) return [];
  if (isList(condition)) return condition.flatMap(segmentsIn);
  if ('all' in condition) return condition.all.flatMap(segmentsIn);
  if ('any' in condition) return condition.any.flatMap(segmentsIn);
  if ('not' in condition) return segmentsIn(condition.not);
  return 'segment' in condition ? [condition.segment] : [];
}

export function segmentsInRules(rules: readonly Rule[]): readonly string[] {
  return [...new Set(rules.flatMap(({ conditions }) => segmentsIn(conditions)))];
}

export function strategiesInRules(rules: readonly Rule[]): readonly string[] {
  return [...new Set(rules.flatMap(({ strategy_id }) => (strategy_id === undefined ? [] : [strategy_id])))];
}

function isList(condition: Condition): condition is readonly Condition[] {
  return Array.isArray(condition);
}
