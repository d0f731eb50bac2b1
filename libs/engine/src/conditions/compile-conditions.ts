import { type Fields, isObject, type Json } from '#libs/kernel';
import { Uncompilable } from '../documents/uncompilable.js';
import type { EvaluationContext } from '../values/evaluation.js';
import { type Reader, readerOf } from './attributes.js';
import { always, never, type Run, type Test } from './condition-test.js';
import { fuseLeaf } from './fused-leaves.js';
import { isOperator, operators, type Predicate } from './operators.js';

/** 1: member. 0: not a member. -1: the segment does not exist or depends on itself; then neither `in` nor `not_in` holds. */
export type Membership = 1 | 0 | -1;
export interface SegmentMembers {
  membership(context: EvaluationContext, run: Run): Membership;
}

/** Resolves what conditions refer to. */
export interface References {
  readonly environmentName: string;
  segment(key: string): SegmentMembers;
}

/** Far above the 20 levels that validation allows; the bound keeps recursion within the stack. */
const MAX_DEPTH = 100;

/**
 * Compiles a condition tree into one function. A leaf of unknown shape becomes a test that is never true.
 * @throws Uncompilable for a tree of more than 100 levels
 */
export function compileConditions(tree: unknown, references: References, depth = 0): Test {
  if (depth > MAX_DEPTH) throw new Uncompilable(`Conditions are more than ${MAX_DEPTH} levels deep`);
  if (Array.isArray(tree)) return allOf(compileEach(tree, references, depth));
  if (!isObject(tree)) return never;
  const { all, any } = tree;
  if (Array.isArray(all)) return allOf(compileEach(all, references, depth));
  if (Array.isArray(any)) return anyOf(compileEach(any, references, depth));
  if (Object.hasOwn(tree, 'not')) return negate(compileConditions(tree['not'], references, depth + 1));
  return compileLeaf(tree, references);
}

const compileEach = (trees: readonly unknown[], references: References, depth: number): Test[] =>
  trees.map((child) => compileConditions(child, references, depth + 1));

function compileLeaf(leaf: Fields, references: References): Test {
  if (typeof leaf['attribute'] === 'string') return compileAttribute(leaf['attribute'], leaf);
  if (typeof leaf['geo'] === 'string') return compileGeo(leaf['geo'], leaf);
  if (Array.isArray(leaf['environment']))
    return leaf['environment'].includes(references.environmentName) ? always : never;
  if (typeof leaf['segment'] === 'string') return compileSegment(leaf['segment'], leaf, references);
  return never;
}

function compileAttribute(name: string, leaf: Fields): Test {
  const operator = leaf['operator'];
  if (!isOperator(operator)) return never;
  const expected = leaf['value'] as Json | undefined;
  const fused = fuseLeaf(name, operator, expected);
  if (fused !== undefined) return fused;
  const read = readerOf(name);
  if (operator === 'not_exists') return (context) => read(context) === undefined;
  return testAttribute(read, operators[operator](expected));
}

const testAttribute =
  (read: Reader, holds: Predicate): Test =>
  (context, run) => {
    const actual = read(context);
    return actual !== undefined && holds(actual, run);
  };

const MAX_PLACE = 256;
/** Work of making one letter lower case. */
const LETTER_UNITS = 5;

/** Case-insensitive membership of place names. */
function placeTest(operator: unknown, values: unknown): Predicate | undefined {
  if (!Array.isArray(values) || (operator !== 'in' && operator !== 'not_in')) return undefined;
  const texts = values.filter((value) => typeof value === 'string');
  const known = new Set(texts.flatMap((text) => [text, text.toLowerCase()]));
  const wanted = operator === 'in';
  return (actual, work) => {
    if (typeof actual !== 'string' || actual.length > MAX_PLACE) return false;
    if (known.has(actual)) return wanted;
    work.spend(LETTER_UNITS * actual.length);
    return known.has(actual.toLowerCase()) === wanted;
  };
}

const GEO_FIELDS = new Set(['country', 'region', 'city']);

/** Reads a field of the context's geo. Returns `undefined` when it or the geo is absent. */
export function readGeo(context: EvaluationContext, field: string): unknown {
  const geo: unknown = context.geo;
  return isObject(geo) && Object.hasOwn(geo, field) ? geo[field] : undefined;
}

function compileGeo(field: string, leaf: Fields): Test {
  const holds = placeTest(leaf['operator'], leaf['values']);
  if (holds === undefined || !GEO_FIELDS.has(field)) return never;
  return (context, run) => holds(readGeo(context, field), run);
}

function compileSegment(key: string, leaf: Fields, references: References): Test {
  const operator = leaf['operator'];
  if (operator !== 'in' && operator !== 'not_in') return never;
  const segment = references.segment(key);
  const wanted: Membership = operator === 'in' ? 1 : 0;
  return (context, run) => segment.membership(context, run) === wanted;
}

const negate =
  (test: Test): Test =>
  (context, run) =>
    !test(context, run);

/**
 * The usual lengths are written out, because a loop over closures costs as much as calling them. Each form has a factory
 * of its own: a closure keeps every variable alive that any closure of the same function captures.
 */
function allOf(tests: readonly Test[]): Test {
  if (tests.length === 0) return always;
  if (tests.length === 1) return tests[0]!;
  if (tests.length === 2) return both(tests[0]!, tests[1]!);
  return tests.length === 3 ? allThree(tests[0]!, tests[1]!, tests[2]!) : every(tests);
}

function anyOf(tests: readonly Test[]): Test {
  if (tests.length === 0) return never;
  if (tests.length === 1) return tests[0]!;
  return tests.length === 2 ? either(tests[0]!, tests[1]!) : some(tests);
}

const both =
  (a: Test, b: Test): Test =>
  (context, run) =>
    a(context, run) && b(context, run);
const allThree =
  (a: Test, b: Test, c: Test): Test =>
  (context, run) =>
    a(context, run) && b(context, run) && c(context, run);
const every =
  (tests: readonly Test[]): Test =>
  (context, run) => {
    for (let i = 0; i < tests.length; i++) if (!tests[i]!(context, run)) return false;
    return true;
  };
const either =
  (a: Test, b: Test): Test =>
  (context, run) =>
    a(context, run) || b(context, run);
const some =
  (tests: readonly Test[]): Test =>
  (context, run) => {
    for (let i = 0; i < tests.length; i++) if (tests[i]!(context, run)) return true;
    return false;
  };
