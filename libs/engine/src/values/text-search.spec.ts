import fc from 'fast-check';
import { TextSearch } from './text-search.js';
import { Work } from './work.js';

const texts = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b'), maxLength });

describe('TextSearch', () => {
  it('finds what String.includes finds, in short texts and in long ones', () => {
    const repeated = fc.tuple(texts(4), fc.nat(4_000)).map(([text, times]) => text.repeat(times));
    fc.assert(
      fc.property(fc.oneof(texts(30), repeated), fc.oneof(texts(6), repeated), texts(3), (text, wanted, end) => {
        expect(new TextSearch(wanted + end).isIn(text, new Work())).toBe(text.includes(wanted + end));
      }),
    );
  });

  it('takes work in proportion to the lengths, not to their product', () => {
    const work = new Work();
    const half = 'a'.repeat(4_096);

    expect(new TextSearch(`${half}b${half}`).isIn('a'.repeat(65_536), work)).toBe(false);
    expect(new Work().remaining - work.remaining).toBeLessThan(10 * 65_536);
  });
});
