import type { Operator } from '#libs/contracts';
import type { Json } from '#libs/kernel';
import { Work } from '../values/work.js';
import { isOperator, operators } from './operators.js';

type Row = readonly [
  operator: Operator,
  expected: Json | undefined,
  holds: readonly unknown[],
  fails: readonly unknown[],
];

/** Each operator with the value of its condition, attributes for which it holds, and attributes for which it does not. */
const table: readonly Row[] = [
  ['equals', 5, [5], ['5', 6, null]],
  ['equals', { a: [1] }, [{ a: [1] }], [{ a: ['1'] }, { a: [1], b: 1 }]],
  ['not_equals', 'x', ['y', 5, null], ['x']],
  ['contains', 'lo', ['hello'], ['world', ['hello'], 5]],
  ['contains', { a: 1 }, [[{ a: 1 }]], [[{ a: 2 }], { a: 1 }]],
  ['not_contains', 'lo', ['world', ['hello']], ['hello', 5]],
  ['starts_with', 'he', ['hello', 'he'], ['she', ['he'], 5]],
  ['ends_with', 'lo', ['hello', 'lo'], ['loop', 5]],
  ['matches', '^v[0-9]+$', ['v12'], ['12', 'xv12', 12]],
  ['greater_than', 5, [5.1], [5, 4, '6']],
  ['greater_than', 'b', ['c', 'ba'], ['b', 'a', 3]],
  ['greater_than_or_equals', 5, [5, 6], [4, '5', Number.NaN]],
  ['less_than', 5, [4], [5, 6, '4']],
  ['less_than_or_equals', 5, [5, 4], [6, null]],
  ['before', '2025-06-01', ['2025-05-31T23:59:59Z', 0], ['2025-06-01T00:00:00Z', 'soon']],
  ['after', '2025-06-01T12:00:00Z', ['2025-06-01T12:00:01Z'], ['2025-06-01T14:00:00+02:00', true]],
  ['in', ['a', 1, { b: 2 }], ['a', 1, { b: 2 }], ['b', '1', { b: 3 }]],
  ['not_in', ['a', 1], ['b', '1', null], ['a', 1]],
  ['exists', undefined, ['', 0, null, false], []],
  ['semver_eq', '1.2.3', ['1.2.3', '1.2.3+build'], ['1.2.4', '1.2']],
  ['semver_gt', '1.2.3', ['1.2.10'], ['1.2.3', '1.2.3-beta', 2]],
  ['semver_gte', '1.2.3', ['1.2.3', '2.0.0'], ['1.2.2']],
  ['semver_lt', '1.2.3', ['1.2.3-beta', '1.0.0'], ['1.2.3']],
  ['semver_lte', '1.2.3', ['1.2.3', '1.2.2'], ['1.2.4']],
  ['semver_in_range', '>=1.2.0 <2.0.0', ['1.9.9'], ['2.0.0', '1.2', 1]],
  ['ip_in_cidr', '10.1.0.0/16', ['10.1.2.3', '::ffff:10.1.2.3'], ['10.2.0.0', '2001:db8::1', 'host']],
];

const cases = (column: 2 | 3) => table.flatMap((row) => row[column].map((actual) => [row[0], row[1], actual] as const));

describe('operators', () => {
  it.each(cases(2))('%s %j holds for %j', (operator, expected, actual) => {
    expect(operators[operator](expected)(actual, new Work())).toBe(true);
  });

  it.each(cases(3))('%s %j does not hold for %j', (operator, expected, actual) => {
    expect(operators[operator](expected)(actual, new Work())).toBe(false);
  });

  it.each<[Operator, Json | undefined, unknown]>([
    ['equals', undefined, 'x'],
    ['not_equals', undefined, 'x'],
    ['not_contains', undefined, 'x'],
    ['starts_with', 5, '5'],
    ['matches', '(?=x)', 'x'],
    ['before', 'soon', 0],
    ['in', 'abc', 'a'],
    ['not_in', 'abc', 'x'],
    ['semver_eq', '1.2', '1.2'],
    ['semver_in_range', 'x y z', '1.0.0'],
    ['ip_in_cidr', '10.0.0.1', '10.0.0.1'],
  ])('%s with the invalid value %j never holds', (operator, invalid, actual) => {
    expect(operators[operator](invalid)(actual, new Work())).toBe(false);
  });

  it('does not search strings of more than 65,536 units or lists of more than 10,000 elements', () => {
    expect(operators.contains('x')('x'.repeat(65_536), new Work())).toBe(true);
    expect(operators.contains('x')('x'.repeat(65_537), new Work())).toBe(false);
    expect(operators.contains('x')(new Array(10_000).fill('x'), new Work())).toBe(true);
    expect(operators.contains('x')(new Array(10_001).fill('x'), new Work())).toBe(false);
  });
});

describe('isOperator', () => {
  it('accepts own names of the table only', () => {
    expect(['equals', 'ip_in_cidr', 'like', 'toString', 7].map(isOperator)).toEqual([true, true, false, false, false]);
  });
});
