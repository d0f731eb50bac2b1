import { isObject } from '#libs/kernel';

export interface ConditionsWeight {
  /** Leaves, and steps of dotted names. */
  leaves: number;
  /** The patterns, in order, duplicates included: each is searched by itself. */
  readonly patterns: string[];
}

/** Deeper trees are not valid conditions; the bound keeps recursion within the stack. */
const MAX_DEPTH = 100;

/** Counts what makes a condition tree costly to test. Accepts any value: what is not a condition weighs nothing. */
export function weighConditions(tree: unknown): ConditionsWeight {
  const weight: ConditionsWeight = { leaves: 0, patterns: [] };
  weigh(tree, 0, weight);
  return weight;
}

/** The patterns in a condition tree, in order, duplicates included. */
export const patternsIn = (tree: unknown): readonly string[] => weighConditions(tree).patterns;

function weigh(tree: unknown, depth: number, weight: ConditionsWeight): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(tree)) {
    for (const child of tree) weigh(child, depth + 1, weight);
    return;
  }
  if (!isObject(tree)) return;
  const { all, any, attribute, operator, value } = tree;
  if (Array.isArray(all)) return weigh(all, depth, weight);
  if (Array.isArray(any)) return weigh(any, depth, weight);
  if (Object.hasOwn(tree, 'not')) return weigh(tree['not'], depth + 1, weight);
  weight.leaves += typeof attribute === 'string' ? attribute.split('.').length : 1;
  if (typeof attribute === 'string' && operator === 'matches' && typeof value === 'string') weight.patterns.push(value);
}
