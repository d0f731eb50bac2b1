import type { Fields } from './is-object.js';

const DEFAULT_MAX_NODES = 1_000_000;

/**
 * Strict equality of two JSON values: the number 1 differs from the text "1", the order of keys is ignored, the order of
 * elements counts, and a key with the value `undefined` counts as absent. Two `Date`s are compared by their instant.
 * @param maxNodes bound of the work; values with more elements and fields than this count as different
 */
export function sameJson(left: unknown, right: unknown, maxNodes = DEFAULT_MAX_NODES): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  return sameNodes(left, right, { remaining: maxNodes });
}

/** Elements and fields that a comparison may still look at. Negative after a comparison that needed more. */
export interface NodeBudget {
  remaining: number;
}

/** The same for callers that count the work: takes from the budget what the comparison looked at. */
export function sameJsonWithin(left: unknown, right: unknown, budget: NodeBudget): boolean {
  return sameNodes(left, right, budget);
}

function sameNodes(left: unknown, right: unknown, budget: NodeBudget): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) return sameArrays(left, right, budget);
  if (left instanceof Date || right instanceof Date) return sameInstants(left, right);
  return sameObjects(left as Fields, right as Fields, budget);
}

function sameObjects(left: Fields, right: Fields, budget: NodeBudget): boolean {
  const keys = Object.keys(left);
  budget.remaining -= keys.length;
  if (budget.remaining < 0) return false;
  let fields = 0;
  for (const key of keys) {
    const value = left[key];
    if (value === undefined) continue;
    if (!Object.hasOwn(right, key) || !sameNodes(value, right[key], budget)) return false;
    fields++;
  }
  return fields === countFields(right, keys.length, budget);
}

/** Fields beyond as many as the other object has are taken from the budget too. */
function countFields(object: Fields, expected: number, budget: NodeBudget): number {
  const keys = Object.keys(object);
  budget.remaining -= Math.max(0, keys.length - expected);
  let fields = 0;
  for (const key of keys) if (object[key] !== undefined) fields++;
  return fields;
}

function sameArrays(left: unknown, right: unknown, budget: NodeBudget): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return false;
  if (left.length !== right.length) return false;
  budget.remaining -= left.length;
  return budget.remaining >= 0 && left.every((element, index) => sameNodes(element, right[index], budget));
}

/** Records are compared before they become JSON: their dates have no fields that could differ. */
function sameInstants(left: unknown, right: unknown): boolean {
  return left instanceof Date && right instanceof Date && left.getTime() === right.getTime();
}
