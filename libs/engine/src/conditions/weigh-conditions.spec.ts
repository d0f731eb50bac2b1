import { patternsIn, weighConditions } from './weigh-conditions.js';

const matches = (value: unknown) => ({ attribute: 'a', operator: 'matches', value });
const nested = (levels: number, leaf: unknown): unknown => (levels === 0 ? leaf : { not: nested(levels - 1, leaf) });

describe('weighConditions', () => {
  it.each([
    ['nothing', undefined, 0],
    ['an empty list', [], 0],
    ['a bare leaf', { attribute: 'a', operator: 'exists' }, 1],
    ['groups', { all: [{ any: [matches('x'), { geo: 'city', operator: 'in', values: [] }] }, { not: matches('y') }] }, 3],
    ['the steps of a dotted name', { attribute: 'a.b.c', operator: 'exists' }, 3],
    ['segments and environments', [{ segment: 's', operator: 'in' }, { environment: ['dev'] }], 2],
    ['what is no condition', ['a', 7, null], 0],
  ])('counts the leaves of %s', (_what, tree, leaves) => {
    expect(weighConditions(tree).leaves).toBe(leaves);
  }); // prettier-ignore

  it('lists patterns in order, each time that they occur, and texts alone', () => {
    expect(patternsIn({ any: [matches('b'), { not: [matches('a'), matches('b')] }, matches(7)] })).toEqual([
      'b',
      'a',
      'b',
    ]);
    expect(patternsIn({ attribute: 'a', operator: 'equals', value: matches('x') })).toEqual([]);
  });

  it('stops below 100 levels instead of overflowing the stack', () => {
    expect(patternsIn(nested(100, matches('deep')))).toEqual(['deep']);
    expect(patternsIn(nested(101, matches('deep')))).toEqual([]);
    expect(patternsIn(nested(5_000, matches('deep')))).toEqual([]);
  });
});
