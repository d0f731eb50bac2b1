import type { Rule } from '#libs/contracts';
import { segmentsIn } from '#libs/kernel';

export function segmentsInRules(rules: readonly Rule[]): readonly string[] {
  return [...new Set(rules.flatMap(({ conditions }) => segmentsIn(conditions)))];
}

export function strategiesInRules(rules: readonly Rule[]): readonly string[] {
  return [...new Set(rules.flatMap(({ strategy_id }) => (strategy_id === undefined ? [] : [strategy_id])))];
}
