import semver from 'semver';
import type { Operator } from '#libs/contracts';
import { parseInstant } from '../values/instants.js';
import { parseCidr } from '../values/ip.js';
import { compilePattern, MAX_PATTERN } from '../values/patterns.js';

/** Longer than any list of ranges that a person writes; the time to parse one grows with it. */
const MAX_RANGE = 1_000;

/** A mistake in the value of a condition. The message continues "The value of <operator> …". */
interface OperandProblem {
  readonly code: 'invalid_condition' | 'invalid_pattern';
  readonly message: string;
}
type Check = (value: unknown) => OperandProblem | undefined;

const must =
  (message: string, holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : { code: 'invalid_condition', message };

const isText = (value: unknown): value is string => typeof value === 'string';

const anything = must('needs a value', (value) => value !== undefined);
const text = must('must be a string', isText);
const comparable = must('must be a number or a string', (value) => isText(value) || Number.isFinite(value));
const instant = must(
  'must be an RFC 3339 time, a date or unix milliseconds',
  (value) => parseInstant(value) !== undefined,
);
const list = must('must be a list', Array.isArray);
const version = must(
  'must be a semantic version such as 1.2.3',
  (value) => isText(value) && semver.parse(value) !== null,
);
const range = must(
  `must be a semantic version range such as ">=1.2.0 <2.0.0", of at most ${MAX_RANGE} characters`,
  (value) => isText(value) && value.length <= MAX_RANGE && semver.validRange(value) !== null,
);
const cidr = must('must be a CIDR block such as 10.0.0.0/8', (value) => parseCidr(value) !== undefined);

const pattern: Check = (value) => {
  if (!isText(value)) return text(value);
  if (value.length > MAX_PATTERN) {
    return { code: 'invalid_pattern', message: `is longer than ${MAX_PATTERN} characters` };
  }
  if (compilePattern(value) !== undefined) return undefined;
  return { code: 'invalid_pattern', message: 'is not RE2 (no lookaround, no backreferences) or repeats too much' };
};

/** The check of the value that each operator is written with. */
export const operands: Readonly<Record<Operator, Check>> = {
  equals: anything,
  not_equals: anything,
  contains: anything,
  not_contains: anything,
  starts_with: text,
  ends_with: text,
  matches: pattern,
  greater_than: comparable,
  greater_than_or_equals: comparable,
  less_than: comparable,
  less_than_or_equals: comparable,
  before: instant,
  after: instant,
  in: list,
  not_in: list,
  exists: () => undefined,
  not_exists: () => undefined,
  semver_eq: version,
  semver_gt: version,
  semver_gte: version,
  semver_lt: version,
  semver_lte: version,
  semver_in_range: range,
  ip_in_cidr: cidr,
};
