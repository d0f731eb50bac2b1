import fc from 'fast-check';
import { storeMost } from './store-most.js';

const storing = (bad: ReadonlySet<number>) => {
  const stored: number[] = [];
  let attempts = 0;
  const store = async (items: readonly number[]) => {
    attempts++;
    if (items.some((item) => bad.has(item))) return 'bad';
    stored.push(...items);
    return undefined;
  };
  return { stored, store, attempts: () => attempts };
};

describe('storing most', () => {
  it('stores each good item once, in order, and returns each bad one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60 }), fc.array(fc.nat(59)), async (length, badOnes) => {
        const items = Array.from({ length }, (_, i) => i);
        const bad = new Set(badOnes.filter((item) => item < length));
        const { stored, store } = storing(bad);

        const refused = await storeMost(items, store);

        expect(stored).toEqual(items.filter((item) => !bad.has(item)));
        expect(refused).toEqual(items.filter((item) => bad.has(item)).map((item) => ({ item, reason: 'bad' })));
      }),
    );
  });

  it('finds one bad item among two thousand in a few attempts', async () => {
    const { store, attempts } = storing(new Set([1_234]));

    await storeMost(
      Array.from({ length: 2_000 }, (_, i) => i),
      store,
    );

    expect(attempts()).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(2_000)) + 1);
  });

  it('ends with the error of the store', async () => {
    const down = async (): Promise<undefined> => Promise.reject(new Error('down'));

    await expect(storeMost([1, 2], down)).rejects.toThrow('down');
  });
});
