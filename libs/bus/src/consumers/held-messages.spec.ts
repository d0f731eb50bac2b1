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
    ['all messages within the limits', [1, 2, 3], 10, 100, [1, 2, 3]],
    ['at most maxMessages', [1, 2, 3], 2, 100, [1, 2]],
    ['at most maxBytes', [40, 40, 40], 10, 100, [40, 40]],
    ['one message that alone is larger than maxBytes', [200, 1], 10, 100, [200]],
    ['no message when none wait', [], 10, 100, []],
  ])('make a batch of %s', (_what, sizes, maxMessages, maxBytes, expected) => {
    expect(sizesOf(holding(sizes, maxMessages, maxBytes).takeBatch())).toEqual(expected);
  });

  it('make a batch of one for a message that was delivered often', () => {
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

  it('put every message into one batch, in order, and count its bytes until it is released', () => {
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
