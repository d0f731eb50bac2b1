import semver from 'semver';
import type { Operator } from '#libs/contracts';
import { isObject, type Json, sameJson } from '#libs/kernel';
import { parseInstant } from '../values/instants.js';
import { isInCidr, parseAddress, parseCidr } from '../values/ip.js';
import { MAX_ELEMENTS, MAX_NODES, MAX_TEXT } from '../values/limits.js';
import { order } from '../values/order.js';
import { compilePattern, finds } from '../values/patterns.js';

/** Tests the value of an attribute that is present. */
export type Predicate = (actual: unknown) => boolean;
type Factory = (expected: Json | undefined) => Predicate;

const alwaysFalse: Predicate = () => false;
const alwaysTrue: Predicate = () => true;

/** Operators on two strings. The length is bounded because searching takes time. */
const onStrings =
  (holds: (actual: string, expected: string) => boolean): Factory =>
  (expected) =>
    typeof expected === 'string' && expected.length <= MAX_TEXT
      ? (actual) => typeof actual === 'string' && actual.length <= MAX_TEXT && holds(actual, expected)
      : alwaysFalse;

const onOrder =
  (holds: (sign: number) => boolean): Factory =>
  (expected) =>
  (actual) => {
    const sign = order(actual, expected);
    return sign !== undefined && holds(sign);
  };

const onInstants =
  (holds: (actual: number, expected: number) => boolean): Factory =>
  (expected) => {
    const instant = parseInstant(expected);
    if (instant === undefined) return alwaysFalse;
    return (actual) => {
      const at = parseInstant(actual);
      return at !== undefined && holds(at, instant);
    };
  };

const onVersions =
  (holds: (sign: number) => boolean): Factory =>
  (expected) => {
    const version = typeof expected === 'string' ? semver.parse(expected) : null;
    if (version === null) return alwaysFalse;
    return (actual) => {
      const parsed = typeof actual === 'string' ? semver.parse(actual) : null;
      return parsed !== null && holds(parsed.compare(version));
    };
  };

const inRange: Factory = (expected) => {
  const text = typeof expected === 'string' ? semver.validRange(expected) : null;
  if (text === null) return alwaysFalse;
  const range = new semver.Range(text);
  return (actual) => typeof actual === 'string' && range.test(actual);
};

const inCidr: Factory = (expected) => {
  const cidr = parseCidr(expected);
  if (cidr === undefined) return alwaysFalse;
  return (actual) => {
    const address = typeof actual === 'string' ? parseAddress(actual) : undefined;
    return address !== undefined && isInCidr(cidr, address);
  };
};

const matches: Factory = (expected) => {
  const pattern = compilePattern(expected);
  return pattern === undefined ? alwaysFalse : (actual) => typeof actual === 'string' && finds(pattern, actual);
};

/** Whether a list has the element, or a string the substring. `undefined` for other types, and beyond the bounds. */
function holdsWithin(actual: unknown, expected: Json): boolean | undefined {
  if (typeof actual === 'string') {
    const isComparable = typeof expected === 'string' && actual.length <= MAX_TEXT && expected.length <= MAX_TEXT;
    return isComparable ? actual.includes(expected) : undefined;
  }
  if (!Array.isArray(actual) || actual.length > MAX_ELEMENTS) return undefined;
  return actual.some((element) => sameJson(element, expected, MAX_NODES));
}

const onContents =
  (wanted: boolean): Factory =>
  (expected) =>
    expected === undefined ? alwaysFalse : (actual) => holdsWithin(actual, expected) === wanted;

/** Membership in a list: primitives are looked up in a set, objects and lists compared one by one. */
function membership(list: readonly Json[]): Predicate {
  const primitives = new Set<unknown>(list.filter((value) => typeof value !== 'object' || value === null));
  const composites = list.filter((value) => typeof value === 'object' && value !== null).slice(0, MAX_ELEMENTS);
  if (composites.length === 0) return (actual) => primitives.has(actual);
  return (actual) =>
    isObject(actual) || Array.isArray(actual)
      ? composites.some((value) => sameJson(value, actual, MAX_NODES))
      : primitives.has(actual);
}

const inList: Factory = (expected) => (Array.isArray(expected) ? membership(expected as readonly Json[]) : alwaysFalse);
const notInList: Factory = (expected) => {
  if (!Array.isArray(expected)) return alwaysFalse;
  const isMember = membership(expected as readonly Json[]);
  return (actual) => !isMember(actual);
};

/** The test of each operator. Applied to attributes that are present; for an absent one only `not_exists` holds. */
export const operators: Readonly<Record<Operator, Factory>> = {
  equals: (expected) => (expected === undefined ? alwaysFalse : (actual) => sameJson(actual, expected, MAX_NODES)),
  not_equals: (expected) => (expected === undefined ? alwaysFalse : (actual) => !sameJson(actual, expected, MAX_NODES)),
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
