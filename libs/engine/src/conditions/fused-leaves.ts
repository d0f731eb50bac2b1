import type { Operator } from '#libs/contracts';
import type { Json } from '#libs/kernel';
import { MAX_TEXT } from '../values/limits.js';
import { isDirect } from './attributes.js';
import type { Test } from './condition-test.js';

/**
 * The most frequent leaves as one closure that reads the attribute and tests it, instead of two closures. Each returns
 * exactly what the table of operators returns; it only saves a call and a property look-up.
 */
type Fuse = (name: string, expected: Json) => Test | undefined;

const isPrimitive = (value: Json): boolean => typeof value !== 'object' || value === null;

/** Longest list that is searched in order; for longer ones a set is faster. */
const MAX_SCANNED = 6;

const equals: Fuse = (name, expected) =>
  isPrimitive(expected) ? ({ attributes }) => attributes !== undefined && attributes[name] === expected : undefined;

const inList: Fuse = (name, expected) => {
  if (!Array.isArray(expected) || !expected.every(isPrimitive)) return undefined;
  return expected.length > MAX_SCANNED ? inSet(name, new Set(expected)) : inShortList(name, expected);
};

const inShortList =
  (name: string, list: readonly unknown[]): Test =>
  ({ attributes }) => {
    if (attributes === undefined) return false;
    const actual = attributes[name];
    for (let i = 0; i < list.length; i++) if (list[i] === actual) return true;
    return false;
  };

const inSet =
  (name: string, set: ReadonlySet<unknown>): Test =>
  ({ attributes }) =>
    attributes !== undefined && set.has(attributes[name]);

const userIn: Fuse = (_name, expected) => {
  if (!Array.isArray(expected) || !expected.every(isPrimitive)) return undefined;
  const set = new Set<unknown>(expected);
  return (context) => set.has(context.user_id);
};

const onNumbers =
  (make: (name: string, expected: number) => Test): Fuse =>
  (name, expected) =>
    typeof expected === 'number' ? make(name, expected) : undefined;

const greaterThanOrEquals = onNumbers((name, expected) => ({ attributes }) => {
  const actual = attributes === undefined ? undefined : attributes[name];
  return typeof actual === 'number' && actual >= expected;
});
const greaterThan = onNumbers((name, expected) => ({ attributes }) => {
  const actual = attributes === undefined ? undefined : attributes[name];
  return typeof actual === 'number' && actual > expected;
});
const lessThanOrEquals = onNumbers((name, expected) => ({ attributes }) => {
  const actual = attributes === undefined ? undefined : attributes[name];
  return typeof actual === 'number' && actual <= expected;
});
const lessThan = onNumbers((name, expected) => ({ attributes }) => {
  const actual = attributes === undefined ? undefined : attributes[name];
  return typeof actual === 'number' && actual < expected;
});

const onTexts =
  (make: (name: string, expected: string) => Test): Fuse =>
  (name, expected) =>
    typeof expected === 'string' && expected.length <= MAX_TEXT ? make(name, expected) : undefined;

const startsWith = onTexts((name, expected) => ({ attributes }) => {
  const actual = attributes === undefined ? undefined : attributes[name];
  return typeof actual === 'string' && actual.length <= MAX_TEXT && actual.startsWith(expected);
});
const endsWith = onTexts((name, expected) => ({ attributes }) => {
  const actual = attributes === undefined ? undefined : attributes[name];
  return typeof actual === 'string' && actual.length <= MAX_TEXT && actual.endsWith(expected);
});

const fused: Partial<Record<Operator, Fuse>> = {
  equals,
  in: inList,
  starts_with: startsWith,
  ends_with: endsWith,
  greater_than: greaterThan,
  greater_than_or_equals: greaterThanOrEquals,
  less_than: lessThan,
  less_than_or_equals: lessThanOrEquals,
};

/** Returns `undefined` when there is no fused form for this leaf. */
export function fuseLeaf(name: string, operator: Operator, expected: Json | undefined): Test | undefined {
  if (expected === undefined) return undefined;
  if (name === 'user_id' && operator === 'in') return userIn(name, expected);
  return isDirect(name) ? fused[operator]?.(name, expected) : undefined;
}
