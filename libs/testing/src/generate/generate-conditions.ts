import fc from 'fast-check';
import { OPERATORS, type Condition, type Leaf } from '#libs/contracts';
import type { Json } from '#libs/kernel';

export const SEGMENT_KEYS = ['s.a', 's.b', 's.c'];
const ATTRIBUTES = ['plan', 'age', 'a.b', 'tags', 'version', 'ip', 'seen', 'user_id', 'session_id', 'constructor'];
const TEXTS = [
  'pro', 'free', 'p', '', 'żółw', '🙂', '\uffee', '1.2.3', 'v1.2.3', '2.0.0-rc.1', '1.2', '>=1.2.0 <2.0.0', '10.1.2.3', '10.1.0.0/16',
  '2001:db8::1', '2001:db8::/32', '2025-01-01', '2024-12-31T23:59:59Z', '2025-01-01T00:30:00+01:00', '^p', 'r.*o$', '[a-z]+',
]; // prettier-ignore

const scalar: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 2, arbitrary: fc.constantFrom<Json>(0, 1, 42, -1, 9.99, 1e308, 1735689600000, true, false, null) },
);
/** JSON values that operators may hold true of. */
export const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('b', 'c'), scalar, { maxKeys: 2 }) as fc.Arbitrary<Json> },
);

const attributeLeaf = fc
  .record({ attribute: fc.constantFrom(...ATTRIBUTES), operator: fc.constantFrom(...OPERATORS), value })
  .chain((leaf) =>
    leaf.operator === 'in' || leaf.operator === 'not_in'
      ? fc.array(value, { maxLength: 4 }).map((list) => ({ ...leaf, value: list as Json }))
      : leaf.operator === 'matches'
        ? fc.constantFrom('^p', 'r.*o$', '[a-z]+', 'ż', '^$').map((pattern) => ({ ...leaf, value: pattern as Json }))
        : leaf.operator === 'ip_in_cidr'
          ? fc
              .constantFrom('10.1.0.0/16', '2001:db8::/32', '0.0.0.0/0')
              .map((cidr) => ({ ...leaf, value: cidr as Json }))
          : fc.constant(leaf),
  );
const inOrNot = fc.constantFrom('in' as const, 'not_in' as const);
const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  { weight: 6, arbitrary: attributeLeaf },
  {
    weight: 1,
    arbitrary: fc.record({
      geo: fc.constantFrom('country' as const, 'city' as const),
      operator: inOrNot,
      values: fc.subarray(['US', 'de', 'Köln']),
    }),
  },
  { weight: 1, arbitrary: fc.record({ environment: fc.subarray(['prod', 'dev']) }) },
  { weight: 2, arbitrary: fc.record({ segment: fc.constantFrom(...SEGMENT_KEYS, 's.none'), operator: inOrNot }) },
  { weight: 1, arbitrary: fc.constant({ attribute: 'plan', operator: 'like', value: 'x' } as unknown as Leaf) },
);

/** Condition trees of up to three levels. */
export const conditions: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition; list: Condition[] }>((tie) => ({
  list: fc.array(tie('tree'), { maxLength: 3 }),
  tree: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'conditions' },
    leaf,
    tie('list'),
    tie('list').map((all) => ({ all })),
    tie('list').map((any) => ({ any })),
    tie('tree').map((not) => ({ not })),
  ),
})).tree;
