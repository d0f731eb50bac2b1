import { sameJson, sameJsonWithin } from './same-json.js';

describe('sameJson', () => {
  it.each([
    ['equal primitives', 'a', 'a'],
    ['two nulls', null, null],
    ['objects with keys in another order', { a: 1, b: [2] }, { b: [2], a: 1 }],
    ['an undefined field and an absent one', { a: 1, b: undefined }, { a: 1 }],
    ['an absent field and an undefined one', { a: 1 }, { b: undefined, a: 1 }],
    ['dates of the same instant', { at: new Date(1) }, { at: new Date(1) }],
    ['nested lists', [[1, { a: null }]], [[1, { a: null }]]],
  ])('is true for %s', (_case, left, right) => {
    expect(sameJson(left, right)).toBe(true);
  });

  it.each([
    ['a number and its text', 1, '1'],
    ['null and an object', null, {}],
    ['a list and an object', [], {}],
    ['elements in another order', [1, 2], [2, 1]],
    ['lists of different length', [1], [1, 1]],
    ['a key more', { a: 1 }, { a: 1, b: 1 }],
    ['as many keys with other names', { a: 1, b: undefined }, { b: 1 }],
    ['an own field named like an inherited one', JSON.parse('{"__proto__":{}}'), { a: {} }],
    ['a null field and an absent one', { a: null }, {}],
    ['dates of different instants', { at: new Date(1) }, { at: new Date(2) }],
    ['a date and an empty object', { at: new Date(1) }, { at: {} }],
  ])('is false for %s', (_case, left, right) => {
    expect(sameJson(left, right)).toBe(false);
  });

  it('counts values with more than `maxNodes` nodes as different', () => {
    const make = () => [[1, 2], { a: 3 }];

    expect(sameJson(make(), make(), 5)).toBe(true);
    expect(sameJson(make(), make(), 4)).toBe(false);
  });
});

describe('sameJsonWithin', () => {
  it('takes from the budget what it looked at, on both sides', () => {
    const spent = (left: unknown, right: unknown): number => {
      const budget = { remaining: 100 };
      sameJsonWithin(left, right, budget);
      return 100 - budget.remaining;
    };

    expect(spent('a', 'b')).toBe(0);
    expect(spent([1, 2, 3], [1, 2, 4])).toBe(3);
    expect(spent([1], [1, 2])).toBe(0);
    expect(spent({ a: 1 }, { a: 1, b: 2, c: 3 })).toBe(3);
    expect(spent({}, { a: 1, b: 2 })).toBe(2);
  });
});
