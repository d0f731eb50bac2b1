import type { Operator } from '#libs/contracts';
import type { Json } from '#libs/kernel';
import { MAX_TEXT } from '../values/limits.js';
import { isDirect } from './attributes.js';
import type { Test } from './condition-test.js';

/**
 * The commonest leaves as one closure instead of two: reading the attribute and judging it. Each says exactly what the
 * table of operators says; they only save a call, and V8 a look-up.
 */
type Fuse = (name: string, expected: Json) => Test | undefined;

const isPrimitive = (value: Json): boolean => typeof value !== 'object' || value === null;

/** Beyond this a set is faster. */
const FEW = 6;

const equals: Fuse = (name, expected) =>
  isPrimitive(expected) ? ({ attributes }) => attributes !== undefined && attributes[name] === expected : undefined;

const inList: Fuse = (name, expected) => {
  if (!Array.isArray(expected) || !expected.every(isPrimitive)) return undefined;
  return expected.length > FEW ? inSet(name, new Set(expected)) : inFew(name, expected);
};

const inFew =
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

const atLeast = onNumbers((name, expected) => ({ attributes }) => {
  const actual = attributes === undefined ? undefined : attributes[name];
  return typeof actual === 'number' && actual >= expected;
});
const above = onNumbers((name, expected) => ({ attributes }) => {
  const actual = attributes === undefined ? undefined : attributes[name];
  return typeof actual === 'number' && actual > expected;
});
const atMost = onNumbers((name, expected) => ({ attributes }) => {
  const actual = attributes === undefined ? undefined : attributes[name];
  return typeof actual === 'number' && actual <= expected;
});
const below = onNumbers((name, expected) => ({ attributes }) => {
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
  greater_than: above,
  greater_than_or_equals: atLeast,
  less_than: below,
  less_than_or_equals: atMost,
};

/** `undefined` when the leaf has no such short form. */
export function fuseLeaf(name: string, operator: Operator, expected: Json | undefined): Test | undefined {
  if (expected === undefined) return undefined;
  if (name === 'user_id' && operator === 'in') return userIn(name, expected);
  return isDirect(name) ? fused[operator]?.(name, expected) : undefined;
}
