import type { Json } from '#libs/kernel';

/** Bounds of the work that one operator does, whatever it is given; what lies beyond them matches nothing. */
export const MAX_ELEMENTS = 10_000;
export const MAX_TEXT = 65_536;
const MAX_NODES = 10_000;

export type Fields = { readonly [key: string]: unknown };

/** A JSON object: not null, not an array. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is an object, else one without fields: for documents, which may be anything. */
export const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});

/**
 * Strict JSON equality: types count, the order of keys does not, that of elements does. Looks at no more than 10,000
 * nodes; values that need more count as different.
 */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  return sameNodes(left, right, { left: MAX_NODES });
}

function sameNodes(left: unknown, right: unknown, budget: { left: number }): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) return sameArrays(left, right, budget);
  const keys = Object.keys(left);
  if (keys.length > budget.left || keys.length !== Object.keys(right).length) return false;
  budget.left -= keys.length;
  return keys.every(
    (key) => Object.hasOwn(right, key) && sameNodes((left as Fields)[key], (right as Fields)[key], budget),
  );
}

function sameArrays(left: unknown, right: unknown, budget: { left: number }): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return false;
  if (left.length !== right.length || left.length > budget.left) return false;
  budget.left -= left.length;
  return left.every((element, index) => sameNodes(element, right[index], budget));
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** Order by code point, which differs from JavaScript's `<` where surrogates meet U+E000 and above. Negative, 0 or positive. */
function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const end = Math.min(left.length, right.length);
  let at = 0;
  while (at < end && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  if (at === end) return left.length - right.length;
  const insidePair = at > 0 && isHighSurrogate(left.charCodeAt(at - 1));
  if (insidePair && (isLowSurrogate(left.charCodeAt(at)) || isLowSurrogate(right.charCodeAt(at)))) at--;
  return left.codePointAt(at)! - right.codePointAt(at)!;
}

/** Numbers with numbers, strings with strings; `undefined` for anything else. */
export function order(left: unknown, right: Json | undefined): number | undefined {
  if (typeof left === 'number' && typeof right === 'number')
    return left < right ? -1 : left > right ? 1 : left === right ? 0 : undefined;
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  return undefined;
}
