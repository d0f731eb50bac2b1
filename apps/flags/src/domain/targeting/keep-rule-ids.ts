import type { Rule } from '#libs/contracts';
import { isObject, sameJson } from '#libs/kernel';

/**
 * Rules that were sent without an id keep the id of the rule at their place when nothing but numbers differs, so that sending rules
 * again changes nothing, and reports go on under one id. `drafts` are the rules as sent.
 */
export function keepRuleIds(rules: readonly Rule[], drafts: unknown, before: readonly Rule[]): readonly Rule[] {
  const sent = (drafts as readonly { readonly id?: unknown }[]).map(({ id }) => id ?? undefined);
  const taken = new Set(sent);
  return rules.map((rule, index) => {
    const earlier = before[index];
    const isKept = sent[index] === undefined && earlier !== undefined && !taken.has(earlier.id);
    return isKept && sameJson(shapeOf(rule), shapeOf(earlier)) ? { ...rule, id: earlier.id } : rule;
  });
}

/** A rule without its id and its numbers. */
function shapeOf({ id: _id, ...rule }: Rule): unknown {
  return withoutNumbers(rule);
}

function withoutNumbers(value: unknown): unknown {
  if (typeof value === 'number') return 0;
  if (Array.isArray(value)) return value.map(withoutNumbers);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutNumbers(member)]));
}
