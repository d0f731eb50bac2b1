import type { Json } from '#libs/kernel';
import { INHERITED_NAMES } from './inherited-names.js';

const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const leaf = (operator: string, value: Json): Json => ({ attribute: 'a', operator, value });
/** A pattern that compiles to about as many instructions as one may have, different for each number. */
const pattern = (i: number): string => `[ab]*a[ab]{90}[c-d]${i}`;
const rule = (conditions: Json): Json => ({ conditions, percentage: 50, serve: { variant: 'on' } });
const nested = (levels: number, inside: Json): Json => (levels === 0 ? inside : { not: nested(levels - 1, inside) });
const named = (value: Json): Json =>
  Object.fromEntries(INHERITED_NAMES.filter((name) => name !== 'prototype').map((name) => [name, value]));

/**
 * Values for one field of a body that is otherwise valid, each below 1 MB and within the limits of the parser. They pass
 * the first checks of one field or another, and are expensive for a check that does more than it must.
 */
export const HOSTILE_VALUES: Readonly<Record<string, Json>> = {
  '49,000 numbers': many(49_000, (i) => i),
  '49,000 equal texts': many(49_000, () => 'user'),
  '49,000 texts': many(49_000, (i) => `user-${i}`),
  '24,000 objects': many(24_000, (i) => ({ name: `v${i}` })),
  '49,000 members': Object.fromEntries(many(49_000, (i) => [`f${i}`, 1])),
  'targets of one variant': { on: many(49_000, (i) => `user-${i}`) },
  'targets of many variants': Object.fromEntries(many(24_000, (i) => [`v${i}`, ['u']])),
  '100 large variants': many(100, (i) => ({ name: `v${i}`, value: 'x'.repeat(9_000), weight: 1 })),
  'one huge variant': [{ name: 'v', value: many(49_000, (i) => i), weight: 1 }],
  'a text of 1 MB': 'a'.repeat(1_000_000),
  'spaces around a text': `${' '.repeat(500_000)}x${' '.repeat(500_000)}`,
  'combining marks': `a${'\u0301\u0323'.repeat(240_000)}`,
  'almost an address': `${'a.'.repeat(300_000)}@${'b.'.repeat(150_000)}`,
  'names of Object.prototype': named(named(1)),
  '3,000 patterns': many(3_000, (i) => leaf('matches', pattern(i))),
  '20 rules of 150 patterns': many(20, () => rule(many(150, (i) => leaf('matches', pattern(i))))),
  '100 rules of 90 leaves': many(100, () => rule(many(90, (i) => leaf('equals', `value ${i}`)))),
  '8,000 rules': many(8_000, () => rule([])),
  'a range of versions of 1 MB': [leaf('semver_in_range', '>=1.2.3 <2.0.0 || '.repeat(55_000))],
  '10,000 ranges of versions': many(10_000, (i) => leaf('semver_in_range', `>=1.0.${i} <2.0.0 || ~3.${i}`)),
  'versions of 1 MB': [leaf('semver_eq', `1.2.3-${'a.'.repeat(490_000)}a`)],
  'times of 1 MB': [leaf('before', `2026-01-31T12:00:00.${'0'.repeat(990_000)}Z`)],
  'networks of 1 MB': [leaf('ip_in_cidr', `${'0000:'.repeat(198_000)}/64`)],
  '12,000 networks': many(12_000, (i) => leaf('ip_in_cidr', `2001:db8::${i.toString(16)}/64`)),
  'lists in a deep condition': nested(14, [
    leaf(
      'in',
      many(48_000, (i) => i),
    ),
  ]),
  '12,000 segments': many(12_000, (i) => ({
    segment: `segment.s${i.toString(36).replace(/\d/g, 'x')}`,
    operator: 'in',
  })),
  '16,000 steps': { steps: many(16_000, () => ({ percentage: 1, start_at: '2026-01-31T12:00:00Z' })) },
  'a context of many texts': { user_id: 'u', attributes: named(many(400, (i) => `text ${i}`)) },
};
