import { OPERATORS, type Operator } from '#libs/contracts';
import { operands } from './validate-operands.js';

/** Operators by the values they accept and those they reject. */
const table: readonly (readonly [Operator[], valid: unknown[], invalid: unknown[]])[] = [
  [['equals', 'not_equals', 'contains', 'not_contains'], ['x', 0, null, { a: 1 }], [undefined]],
  [
    ['starts_with', 'ends_with'],
    ['x', ''],
    [5, null, undefined],
  ],
  [
    ['greater_than', 'greater_than_or_equals', 'less_than', 'less_than_or_equals'],
    [5, 'x'],
    [true, null, Number.NaN],
  ],
  [
    ['before', 'after'],
    ['2025-06-01', '2025-06-01T12:00:00Z', 0],
    ['soon', '2025-02-30', null],
  ],
  [
    ['in', 'not_in'],
    [[], ['a', 1]],
    ['a', {}, undefined],
  ],
  [['exists', 'not_exists'], [undefined, 'x'], []],
  [
    ['semver_eq', 'semver_gt', 'semver_gte', 'semver_lt', 'semver_lte'],
    ['1.2.3', '1.2.3-beta'],
    ['1.2', 1, null],
  ],
  [['semver_in_range'], ['>=1.2.0 <2.0.0', '^3'], ['x y z', 3]],
  [['ip_in_cidr'], ['10.0.0.0/8', '2001:db8::/32'], ['10.0.0.1', '10.0.0.0/33', null]],
  [['matches'], ['^a+$'], [5, undefined]],
];
const cases = (column: 1 | 2) =>
  table.flatMap((row) => row[0].flatMap((operator) => row[column].map((value) => [operator, value] as const)));

describe('operands', () => {
  it('are listed here for every operator', () => {
    expect(table.flatMap(([names]) => names).sort()).toEqual([...OPERATORS].sort());
  });

  it.each(cases(1))('%s accepts %j', (operator, value) => {
    expect(operands[operator](value)).toBeUndefined();
  });

  it.each(cases(2))('%s rejects %j', (operator, value) => {
    expect(operands[operator](value)).toMatchObject({ code: 'invalid_condition' });
  });

  it.each([
    ['a lookahead', '(?=x)', 'is not RE2'],
    ['a large program', '(a{100}){10}', 'repeats too much'],
    ['a pattern that is too long', 'a'.repeat(257), 'longer than 256 characters'],
  ])('matches rejects %s', (_case, pattern, message) => {
    const problem = operands.matches(pattern);

    expect(problem?.code).toBe('invalid_pattern');
    expect(problem?.message).toContain(message);
  });
});
