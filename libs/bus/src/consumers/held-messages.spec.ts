import type { JsMsg } from '@nats-io/jetstream';
import fc from 'fast-check';
import { HeldMessages } from './held-messages.js';

const aMessage = (bytes: number, deliveryCount = 1): JsMsg =>
  ({ data: new Uint8Array(bytes), info: { deliveryCount } }) as JsMsg;
const holding = (sizes: readonly number[], maxMessages: number, maxBytes: number): HeldMessages => {
  const held = new HeldMessages({ maxMessages, maxBytes });
  for (const size of sizes) held.add(aMessage(size));
  return held;
};
const sizesOf = (batch: readonly JsMsg[]): number[] => batch.map(({ data }) => data.length);

describe('held messages', () => {
  it.each([
    ['as many as there are', [1, 2, 3], 10, 100, [1, 2, 3]],
    ['no more than the limit', [1, 2, 3], 2, 100, [1, 2]],
    ['no more bytes than the limit', [40, 40, 40], 10, 100, [40, 40]],
    ['one alone that is larger than the limit', [200, 1], 10, 100, [200]],
    ['none where none wait', [], 10, 100, []],
  ])('give a batch of %s', (_what, sizes, maxMessages, maxBytes, expected) => {
    expect(sizesOf(holding(sizes, maxMessages, maxBytes).takeBatch())).toEqual(expected);
  });

  it('give one alone that came often', () => {
    const held = new HeldMessages({ maxMessages: 10, maxBytes: 100 });
    for (const [bytes, deliveries] of [
      [1, 2],
      [2, 11],
      [3, 1],
      [4, 1],
    ] as const)
      held.add(aMessage(bytes, deliveries));

    expect([1, 2, 3].map(() => sizesOf(held.takeBatch()))).toEqual([[1], [2], [3, 4]]);
  });

  it('give every message once, in order, and count what is held until it is released', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 5 }), fc.nat(100), (sizes, maxMessages, maxBytes) => {
        const held = holding(sizes, maxMessages, maxBytes);
        const total = sizes.reduce((sum, size) => sum + size, 0);
        const given: number[] = [];
        let left = total;
        while (held.waiting > 0) {
          const batch = held.takeBatch();
          given.push(...sizesOf(batch));
          expect(held.bytes).toBe(left);
          held.release(batch);
          left -= sizesOf(batch).reduce((sum, size) => sum + size, 0);
        }
        expect(given).toEqual(sizes);
        expect(held.bytes).toBe(0);
      }),
    );
  });
});
