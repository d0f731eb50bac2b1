import fc from 'fast-check';
import murmurhash from 'murmurhash';
import { hashPrefix, hashVariantWith, hashWith, murmur3, murmur3Bytes } from './hash.js';

/** Any sequence of UTF-16 units, lone surrogates among them. */
const anyUnits = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff })))
  .map((units) => String.fromCharCode(...units));
const anyString = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), anyUnits);

describe('murmur3', () => {
  it('equals the murmurhash package on every string', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        expect(murmur3(text)).toBe(murmurhash.v3(text, 0));
        expect(murmur3Bytes(new TextEncoder().encode(text))).toBe(murmurhash.v3(text, 0));
      }),
      { numRuns: 5_000 },
    );
  });

  it('hashes a prefix and a value like the two in one string', () => {
    fc.assert(
      fc.property(anyString, anyString, (prefix, value) => {
        fc.pre(!splitsPair(prefix, value));
        expect(hashWith(hashPrefix(prefix), value)).toBe(murmurhash.v3(prefix + value, 0));
        expect(hashVariantWith(hashPrefix(prefix), value)).toBe(murmurhash.v3(`${prefix}${value}.variant`, 0));
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes a lone surrogate for U+FFFD', () => {
    expect(murmur3('a\ud800b')).toBe(murmur3('a\ufffdb'));
  });

  it('equals it for every length and alignment', () => {
    const text = 'The quick brown fox jumps over the lazy dog';
    for (let cut = 0; cut <= text.length; cut++) {
      for (let end = cut; end <= text.length; end++) {
        const [prefix, value] = [hashPrefix(text.slice(0, cut)), text.slice(cut, end)];
        expect(hashWith(prefix, value)).toBe(murmurhash.v3(text.slice(0, end), 0));
        expect(hashVariantWith(prefix, value)).toBe(murmurhash.v3(`${text.slice(0, end)}.variant`, 0));
      }
    }
  });
});

/** Salts end in a dot, so that no pair is ever split between prefix and value. */
const splitsPair = (prefix: string, value: string): boolean =>
  /[\ud800-\udbff]$/.test(prefix) && /^[\udc00-\udfff]/.test(value);
