import semver from 'semver';
import type { Operator } from '#libs/contracts';
import { isObject, type Json, sameJsonWithin } from '#libs/kernel';
import { parseInstant } from '../values/instants.js';
import { isInCidr, parseAddress, parseCidr } from '../values/ip.js';
import { MAX_ELEMENTS, MAX_NODES, MAX_TEXT } from '../values/limits.js';
import { order } from '../values/order.js';
import { compilePattern, finds, type Pattern } from '../values/patterns.js';
import { TextSearch } from '../values/text-search.js';
import type { Work } from '../values/work.js';

/** Tests the value of an attribute that is present. Throws OverBudget when it needs more work than is left. */
export type Predicate = (actual: unknown, work: Work) => boolean;
type Factory = (expected: Json | undefined) => Predicate;

const alwaysFalse: Predicate = () => false;
const alwaysTrue: Predicate = () => true;

// Work of what a closure does not do in passing. Parsing an invalid version costs most: the parser throws.
const ELEMENT_UNITS = 16;
const NODE_UNITS = 64;
const INSTANT_UNITS = 500;
const VERSION_UNITS = 6_000;
const COMPARATOR_UNITS = 100;
const ADDRESS_UNITS = 1_000;
/** Texts of up to this length are compared in passing. */
const SHORT = 64;

/** Operators on two strings. The length is bounded because searching takes time. */
const onStrings =
  (holds: (actual: string, expected: string) => boolean): Factory =>
  (expected) => {
    if (typeof expected !== 'string' || expected.length > MAX_TEXT) return alwaysFalse;
    const units = expected.length > SHORT ? expected.length : 0;
    return (actual, work) => {
      if (typeof actual !== 'string' || actual.length > MAX_TEXT) return false;
      if (units > 0) work.spend(units);
      return holds(actual, expected);
    };
  };

const onOrder =
  (holds: (sign: number) => boolean): Factory =>
  (expected) =>
  (actual, work) => {
    if (typeof actual === 'string' && actual.length > SHORT) work.spend(actual.length);
    const sign = order(actual, expected);
    return sign !== undefined && holds(sign);
  };

const onInstants =
  (holds: (actual: number, expected: number) => boolean): Factory =>
  (expected) => {
    const instant = parseInstant(expected);
    if (instant === undefined) return alwaysFalse;
    return (actual, work) => {
      work.spend(INSTANT_UNITS);
      const at = parseInstant(actual);
      return at !== undefined && holds(at, instant);
    };
  };

const onVersions =
  (holds: (sign: number) => boolean): Factory =>
  (expected) => {
    const version = typeof expected === 'string' ? semver.parse(expected) : null;
    if (version === null) return alwaysFalse;
    return (actual, work) => {
      work.spend(VERSION_UNITS);
      const parsed = typeof actual === 'string' ? semver.parse(actual) : null;
      return parsed !== null && holds(parsed.compare(version));
    };
  };

const inRange: Factory = (expected) => {
  const text = typeof expected === 'string' ? semver.validRange(expected) : null;
  if (text === null) return alwaysFalse;
  const range = new semver.Range(text);
  const units = VERSION_UNITS + COMPARATOR_UNITS * range.set.flat().length;
  return (actual, work) => {
    if (typeof actual !== 'string') return false;
    work.spend(units);
    return range.test(actual);
  };
};

const inCidr: Factory = (expected) => {
  const cidr = parseCidr(expected);
  if (cidr === undefined) return alwaysFalse;
  return (actual, work) => {
    work.spend(ADDRESS_UNITS);
    const address = typeof actual === 'string' ? parseAddress(actual) : undefined;
    return address !== undefined && isInCidr(cidr, address);
  };
};

/** Compiled at the first test: patterns that are never reached cost nothing. */
const matches: Factory = (expected) => {
  let pattern: Pattern | undefined;
  let isCompiled = false;
  return (actual, work) => {
    if (typeof actual !== 'string') return false;
    if (!isCompiled) {
      isCompiled = true;
      pattern = compilePattern(expected);
    }
    return pattern !== undefined && finds(pattern, actual, work);
  };
};

/** Strict equality of JSON values. A value of more than 10,000 elements and fields equals no other. */
function isSame(actual: unknown, expected: unknown, work: Work): boolean {
  if (actual === expected) return true;
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) return false;
  const budget = { remaining: MAX_NODES };
  const same = sameJsonWithin(actual, expected, budget);
  work.spend(NODE_UNITS * (1 + MAX_NODES - budget.remaining));
  return same && budget.remaining >= 0;
}

/** Whether a list has the element, or a string the substring. `undefined` for other types, and beyond the bounds. */
function holdsWithin(actual: unknown, expected: Json, search: TextSearch, work: Work): boolean | undefined {
  if (typeof actual === 'string') {
    const isComparable = typeof expected === 'string' && actual.length <= MAX_TEXT && expected.length <= MAX_TEXT;
    return isComparable ? search.isIn(actual, work) : undefined;
  }
  if (!Array.isArray(actual) || actual.length > MAX_ELEMENTS) return undefined;
  work.spend(ELEMENT_UNITS * actual.length);
  return actual.some((element) => isSame(element, expected, work));
}

const onContents =
  (wanted: boolean): Factory =>
  (expected) => {
    if (expected === undefined) return alwaysFalse;
    const search = new TextSearch(typeof expected === 'string' ? expected : '');
    return (actual, work) => holdsWithin(actual, expected, search, work) === wanted;
  };

/** Membership in a list: primitives are looked up in a set, objects and lists compared one by one. */
function membership(list: readonly Json[]): Predicate {
  const primitives = new Set<unknown>(list.filter((value) => typeof value !== 'object' || value === null));
  const composites = list.filter((value) => typeof value === 'object' && value !== null).slice(0, MAX_ELEMENTS);
  if (composites.length === 0) return (actual) => primitives.has(actual);
  return (actual, work) =>
    isObject(actual) || Array.isArray(actual)
      ? composites.some((value) => isSame(actual, value, work))
      : primitives.has(actual);
}

const inList: Factory = (expected) => (Array.isArray(expected) ? membership(expected as readonly Json[]) : alwaysFalse);
const notInList: Factory = (expected) => {
  if (!Array.isArray(expected)) return alwaysFalse;
  const isMember = membership(expected as readonly Json[]);
  return (actual, work) => !isMember(actual, work);
};

/** The test of each operator. Applied to attributes that are present; for an absent one only `not_exists` holds. */
export const operators: Readonly<Record<Operator, Factory>> = {
  equals: (expected) => (expected === undefined ? alwaysFalse : (actual, work) => isSame(actual, expected, work)),
  not_equals: (expected) => (expected === undefined ? alwaysFalse : (actual, work) => !isSame(actual, expected, work)),
  contains: onContents(true),
  not_contains: onContents(false),
  starts_with: onStrings((actual, prefix) => actual.startsWith(prefix)),
  ends_with: onStrings((actual, suffix) => actual.endsWith(suffix)),
  matches,
  greater_than: onOrder((sign) => sign > 0),
  greater_than_or_equals: onOrder((sign) => sign >= 0),
  less_than: onOrder((sign) => sign < 0),
  less_than_or_equals: onOrder((sign) => sign <= 0),
  before: onInstants((actual, expected) => actual < expected),
  after: onInstants((actual, expected) => actual > expected),
  in: inList,
  not_in: notInList,
  exists: () => alwaysTrue,
  not_exists: () => alwaysFalse,
  semver_eq: onVersions((sign) => sign === 0),
  semver_gt: onVersions((sign) => sign > 0),
  semver_gte: onVersions((sign) => sign >= 0),
  semver_lt: onVersions((sign) => sign < 0),
  semver_lte: onVersions((sign) => sign <= 0),
  semver_in_range: inRange,
  ip_in_cidr: inCidr,
};

export const isOperator = (name: unknown): name is Operator =>
  typeof name === 'string' && Object.hasOwn(operators, name);
