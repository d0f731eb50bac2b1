import { bucketValue, cumulate, FULL_PERCENTAGE, isAdmitted, milliPercent, pickVariant } from './buckets.js';
import { hashPrefix, murmur3 } from './hash.js';

describe('milliPercent', () => {
  it.each([
    [0, 0],
    [0.001, 1],
    [33.337, 33_337],
    [1.005, 1_005],
    [8.203, 8_203],
    [100, FULL_PERCENTAGE],
  ])('%d %% are %d thousandths', (percentage, milli) => {
    expect(milliPercent(percentage)).toBe(milli);
  });
});

describe('isAdmitted', () => {
  /** A hash with this bucket of 100 and this bucket of 1,000. */
  const hashOf = (whole: number, thousandths: number): number => thousandths * 100 + whole;

  it.each([
    [hashOf(9, 999), 10_000, true],
    [hashOf(10, 0), 10_000, false],
    [hashOf(10, 499), 10_500, true],
    [hashOf(10, 500), 10_500, false],
    [hashOf(0, 0), 1, true],
    [hashOf(0, 1), 1, false],
    [hashOf(0, 0), 0, false],
    [hashOf(99, 999), FULL_PERCENTAGE, true],
    [4_294_967_295, 95_673, true],
    [4_294_967_295, 95_672, false],
  ])('hash %d at %d thousandths: %p', (hash, milli, expected) => {
    expect(isAdmitted(hash, milli)).toBe(expected);
  });
});

describe('bucketValue', () => {
  it.each<[unknown, string | undefined]>([
    ['user1', 'user1'],
    ['', undefined],
    [42, '42'],
    [-0, '0'],
    [2 ** 53 - 1, '9007199254740991'],
    [2 ** 53, undefined],
    [1.5, undefined],
    [null, undefined],
    [true, undefined],
    [['user1'], undefined],
  ])('hashes %j as %j', (value, expected) => {
    expect(bucketValue(value)).toBe(expected);
  });
});

describe('pickVariant', () => {
  it('returns the variant whose range of the weights contains the hash', () => {
    const weights = [10, 0, 30, 60];
    const cumulative = cumulate(weights);
    const indexOf = (user: string): number => {
      const point = murmur3(`salt.${user}.variant`) % 100;
      return point < 10 ? 0 : point < 40 ? 2 : 3;
    };
    const users = Array.from({ length: 200 }, (_, i) => `user${i}`);

    const picked = users.map((user) => pickVariant(hashPrefix('salt.'), user, cumulative));

    expect(cumulative).toEqual([10, 10, 40, 100]);
    expect(picked).toEqual(users.map(indexOf));
    expect(new Set(picked)).toEqual(new Set([0, 2, 3]));
  });
});
