import type { Json } from '#libs/kernel';
import { order } from './order.js';

describe('order', () => {
  it.each<[unknown, Json, number]>([
    [1, 2, -1],
    [2, 1, 1],
    [-0, 0, 0],
    ['a', 'b', -1],
    ['b', 'a', 1],
    ['a', 'a', 0],
    ['a', 'ab', -1],
    ['', 'a', -1],
    ['\u{10000}', '\uffff', 1],
    ['x\u{10000}', 'x\u{10001}', -1],
    ['\ud800', '\uffff', -1],
  ])('compares %j with %j', (left, right, sign) => {
    expect(Math.sign(order(left, right)!)).toBe(sign);
  });

  it.each<[unknown, Json | undefined]>([
    [1, '1'],
    ['1', 1],
    [Number.NaN, 1],
    [null, null],
    [true, false],
    [[1], [1]],
    [1, undefined],
  ])('has no order for %j and %j', (left, right) => {
    expect(order(left, right)).toBeUndefined();
  });
});
