import murmurhash from 'murmurhash';
import type { FlagDocument } from '#libs/contracts';
import { murmur3, Ruleset, ScopeRuleset } from '#libs/engine';
import { readJson } from './suites.js';

interface Vectors {
  readonly murmur3: readonly { readonly input: string; readonly hash: number }[];
  readonly buckets: readonly {
    readonly salt: string;
    readonly value: string;
    readonly hash: number;
    readonly bucket: number;
    readonly fine: number;
    readonly variant_hash: number;
    readonly variant_bucket_of_100: number;
  }[];
  readonly admission: readonly {
    readonly salt: string;
    readonly percentage: number;
    readonly admitted_users: readonly number[];
  }[];
  readonly admission_counts: readonly {
    readonly salt: string;
    /** `user0..user9999`. */
    readonly users: string;
    readonly percentage: number;
    readonly admitted: number;
  }[];
  readonly splits: readonly {
    readonly salt: string;
    readonly value: string;
    readonly weights: { readonly [variant: string]: number };
    readonly variant: string;
  }[];
}
const vectors = readJson<Vectors>('vectors/hashing.json');

type Rule = FlagDocument['configs'][string]['rules'][number];

/** Returns the variant that a flag with these weights and one rule serves to a user. */
function variantFor(
  salt: string,
  weights: { [variant: string]: number },
  rule: Omit<Rule, 'id'>,
): (user: string) => string {
  const names = Object.keys(weights);
  const document: FlagDocument = {
    kind: 'flag',
    id: 'id',
    key: 'hashed.flag',
    type: 'string',
    variants: names.map((name) => ({ name, value: name, weight: weights[name]! })),
    default_variant: names[0]!,
    prerequisites: [],
    salt,
    exposure_tracking: true,
    archived: false,
    version: 1,
    configs: { env: { enabled: true, targets: {}, rules: [{ id: 'r', ...rule }], version: 1 } },
  };
  const organization = new ScopeRuleset();
  organization.apply([{ ref: 'flag:hashed.flag', document }]);
  const ruleset = new Ruleset(new ScopeRuleset(), organization, { id: 'env', name: 'prod' });
  return (user) => ruleset.evaluate('hashed.flag', { user_id: user }, 0)!.variant;
}

const users = (count: number): string[] => Array.from({ length: count }, (_, i) => `user${i}`);
const admitted = (salt: string, percentage: number, count: number): number[] => {
  const variant = variantFor(salt, { off: 0, on: 1 }, { conditions: [], percentage });
  return users(count).flatMap((user, i) => (variant(user) === 'on' ? [i] : []));
};

describe('the frozen hash', () => {
  it.each(vectors.murmur3)('murmur3 of $input is $hash', ({ input, hash }) => {
    expect(murmur3(input)).toBe(hash);
    expect(murmurhash.v3(input, 0)).toBe(hash);
  });

  it.each(vectors.buckets)('buckets of $value under $salt', ({ salt, value, ...expected }) => {
    const [hash, variantHash] = [murmur3(`${salt}.${value}`), murmur3(`${salt}.${value}.variant`)];

    expect({
      hash,
      bucket: hash % 100,
      fine: Math.floor(hash / 100) % 1_000,
      variant_hash: variantHash,
      variant_bucket_of_100: variantHash % 100,
    }).toEqual(expected);
  });

  it.each(vectors.admission)(
    '$percentage % of $salt admits the frozen set of users',
    ({ salt, percentage, admitted_users }) => {
      expect(admitted(salt, percentage, 200)).toEqual(admitted_users);
    },
  );

  it.each(vectors.admission_counts)(
    '$percentage % of $users are $admitted',
    ({ salt, percentage, users: range, admitted: count }) => {
      const last = Number(range.slice(range.lastIndexOf('r') + 1));

      expect(admitted(salt, percentage, last + 1)).toHaveLength(count);
    },
  );

  it.each(vectors.splits)('$value is served $variant of $weights', ({ salt, value, weights, variant }) => {
    const others = { '-': 0, ...weights };
    const split = Object.entries(weights).map(([name, weight]) => ({ variant: name, weight }));

    expect(variantFor(salt, weights, { conditions: [], serve: { split } })(value)).toBe(variant);
    expect(variantFor(salt, others, { conditions: [] })(value)).toBe(variant);
  });
});
