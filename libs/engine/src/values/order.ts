import type { Json } from '#libs/kernel';

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** Compares by code point: JavaScript's `<` orders surrogate pairs before U+E000. Returns a negative number, 0 or a positive one. */
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

/** Compares two numbers or two strings: negative, 0 or positive. Returns `undefined` for any other pair and for NaN. */
export function order(left: unknown, right: Json | undefined): number | undefined {
  if (typeof left === 'number' && typeof right === 'number')
    return left < right ? -1 : left > right ? 1 : left === right ? 0 : undefined;
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  return undefined;
}
