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

interface Budget {
  remaining: number;
}

function sameNodes(left: unknown, right: unknown, budget: Budget): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) return sameArrays(left, right, budget);
  if (left instanceof Date || right instanceof Date) return sameInstants(left, right);
  return sameObjects(left as Fields, right as Fields, budget);
}

function sameObjects(left: Fields, right: Fields, budget: Budget): boolean {
  const keys = Object.keys(left);
  if (keys.length > budget.remaining) return false;
  budget.remaining -= keys.length;
  let fields = 0;
  for (const key of keys) {
    const value = left[key];
    if (value === undefined) continue;
    if (!Object.hasOwn(right, key) || !sameNodes(value, right[key], budget)) return false;
    fields++;
  }
  return fields === countFields(right);
}

function countFields(object: Fields): number {
  let fields = 0;
  for (const key of Object.keys(object)) if (object[key] !== undefined) fields++;
  return fields;
}

function sameArrays(left: unknown, right: unknown, budget: Budget): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return false;
  if (left.length !== right.length || left.length > budget.remaining) return false;
  budget.remaining -= left.length;
  return left.every((element, index) => sameNodes(element, right[index], budget));
}

/** Records are compared before they become JSON: their dates have no fields that could differ. */
function sameInstants(left: unknown, right: unknown): boolean {
  return left instanceof Date && right instanceof Date && left.getTime() === right.getTime();
}
