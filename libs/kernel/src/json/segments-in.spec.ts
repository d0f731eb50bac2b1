import { segmentsIn } from './segments-in.js';

const segment = (key: string) => ({ segment: key, operator: 'in' });
const nested = (levels: number): unknown => (levels === 0 ? segment('deep') : { not: nested(levels - 1) });

describe('segmentsIn', () => {
  it.each([
    ['a single condition', segment('a'), ['a']],
    ['a list', [segment('a'), { attribute: 'plan', operator: 'exists' }, segment('b')], ['a', 'b']],
    ['groups', { all: [{ any: [segment('a'), segment('b')] }, { not: segment('c') }] }, ['a', 'b', 'c']],
    ['a segment used twice', [segment('a'), { not: segment('a') }], ['a', 'a']],
  ])('finds the keys in %s', (_case, conditions, keys) => {
    expect(segmentsIn(conditions)).toEqual(keys);
  });

  it.each([[undefined], [null], ['a'], [7], [{}], [{ segment: 7 }], [{ all: 'a' }]])(
    'finds none in %j',
    (conditions) => {
      expect(segmentsIn(conditions)).toEqual([]);
    },
  );

  it('stops below 100 levels instead of overflowing the stack', () => {
    expect(segmentsIn(nested(100))).toEqual(['deep']);
    expect(segmentsIn(nested(101))).toEqual([]);
    expect(segmentsIn(nested(5_000))).toEqual([]);
  });
});
