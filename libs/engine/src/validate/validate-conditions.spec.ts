import { conditionsBudget, validateConditions } from './validate-conditions.js';

const leaf = (operator: string, value?: unknown) => [{ attribute: 'a', operator, value }];
const nested = (levels: number): unknown => (levels === 0 ? [] : { not: nested(levels - 1) });

describe('validateConditions', () => {
  it.each([
    ['an empty list', []],
    ['a bare leaf', { attribute: 'a', operator: 'exists' }],
    ['a tree', { all: [{ any: [] }, { not: { environment: ['prod'] } }] }],
    ['geo', { geo: 'country', operator: 'not_in', values: ['US'] }],
    ['null as a value', leaf('equals', null)],
    ['a range', leaf('semver_in_range', '>=1.2.0 <2.0.0 || ^3')],
    ['an IPv6 block', leaf('ip_in_cidr', '2001:db8::/32')],
    ['a date', leaf('before', '2025-01-01')],
    ['a checksum', leaf('matches', '^[0-9a-f]{64}$')],
    ['a pattern of 256', leaf('matches', 'a'.repeat(256))],
    ['a long list', leaf('matches', `^(${'alpha|beta|'.repeat(22)}x)$`)],
    ['256 wildcards', leaf('matches', `.*a${'.'.repeat(253)}`)],
    ['20 levels', nested(19)],
  ])('accepts %s', (_what, tree) => {
    expect(validateConditions(tree).problem).toBeUndefined();
  });

  it.each([
    ['an unknown operator', leaf('like', 'x'), 'invalid_condition', 'conditions[0].operator'],
    ['in without a list', leaf('in', 'x'), 'invalid_condition', 'conditions[0].value'],
    ['equals without a value', leaf('equals'), 'invalid_condition', 'conditions[0].value'],
    ['a lookahead', leaf('matches', '(?=x)'), 'invalid_pattern', 'conditions[0].value'],
    ['51 patterns', Array.from({ length: 51 }, () => leaf('matches', 'a')), 'invalid_pattern', 'conditions'],
    ['a pattern of 257', leaf('matches', 'a'.repeat(257)), 'invalid_pattern', 'conditions[0].value'],
    [
      'a short pattern that compiles to a large one',
      leaf('matches', '((a{30}){30})'),
      'invalid_pattern',
      'conditions[0].value',
    ],
    ['a repetition of 200', leaf('matches', 'a{200}'), 'invalid_pattern', 'conditions[0].value'],
    ['a pattern that is a number', leaf('matches', 5), 'invalid_condition', 'conditions[0].value'],
    ['an incomplete version', leaf('semver_gt', '1.2'), 'invalid_condition', 'conditions[0].value'],
    ['text that is not a range', leaf('semver_in_range', 'x y z'), 'invalid_condition', 'conditions[0].value'],
    ['an address as a block', leaf('ip_in_cidr', '10.0.0.1'), 'invalid_condition', 'conditions[0].value'],
    ['a prefix of 33', leaf('ip_in_cidr', '10.0.0.1/33'), 'invalid_condition', 'conditions[0].value'],
    ['a date that does not exist', leaf('after', '2025-02-30'), 'invalid_condition', 'conditions[0].value'],
    ['a boolean for less_than', leaf('less_than', true), 'invalid_condition', 'conditions[0].value'],
    [
      'an unknown field in a leaf',
      [{ attribute: 'a', operator: 'exists', x: 1 }],
      'invalid_condition',
      'conditions[0].x',
    ],
    ['an empty attribute', [{ attribute: '', operator: 'exists' }], 'invalid_condition', 'conditions[0].attribute'],
    ['geo without an operator', [{ geo: 'country', values: ['US'] }], 'invalid_condition', 'conditions[0].operator'],
    ['geo without values', [{ geo: 'city', operator: 'in' }], 'invalid_condition', 'conditions[0].values'],
    ['an unknown geo field', [{ geo: 'planet', operator: 'in', values: [] }], 'invalid_condition', 'conditions[0].geo'],
    ['a segment without an operator', { segment: 's' }, 'invalid_condition', 'conditions.operator'],
    ['two groups at once', { all: [], any: [] }, 'invalid_condition', 'conditions.any'],
    ['a group that is not a list', { any: {} }, 'invalid_condition', 'conditions.any'],
    ['an empty object', {}, 'invalid_condition', 'conditions'],
    ['a number', 5, 'invalid_condition', 'conditions'],
    ['a nested null', { not: { all: [null] } }, 'invalid_condition', 'conditions.not.all[0]'],
    ['21 levels', nested(20), 'invalid_condition', `conditions${'.not'.repeat(20)}`],
  ])('rejects %s', (_what, tree, code, field) => {
    expect(validateConditions(tree).problem).toMatchObject({ code, field });
  });

  it('limits the ranges of versions of all trees that share a budget, before it parses them', () => {
    const budget = conditionsBudget();
    const ranges = (count: number) => Array.from({ length: count }, (_, i) => leaf('semver_in_range', `>=1.${i}.0`)[0]);

    expect(validateConditions(ranges(300), 'a', budget).problem).toBeUndefined();
    expect(validateConditions(ranges(100), 'b', budget).problem).toBeUndefined();
    expect(validateConditions(ranges(1), 'c', budget).problem).toMatchObject({ field: 'c[0]' });
    expect(validateConditions(ranges(40_000)).problem).toMatchObject({ field: 'conditions[400]' });
  });

  it.each([
    ['a range', 'semver_in_range', '>=1.2.3 <2.0.0 || '.repeat(55_000)],
    ['a range of spaces', 'semver_in_range', `1${' '.repeat(1_000)}`],
    ['a version', 'semver_eq', `1.2.3-${'a.'.repeat(490_000)}a`],
  ])('refuses %s that is too long to be one', (_what, operator, value) => {
    expect(validateConditions(leaf(operator, value)).problem).toMatchObject({ field: 'conditions[0].value' });
  });

  it('returns each segment key once', () => {
    const tree = [
      { segment: 'a', operator: 'in' },
      { not: { segment: 'b', operator: 'in' } },
      { segment: 'a', operator: 'not_in' },
    ];

    expect(validateConditions(tree)).toEqual({ problem: undefined, segments: ['a', 'b'] });
  });
});
