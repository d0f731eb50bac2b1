import type { JsonObject } from '#libs/kernel';

/** Conditions that cost as much as a stored document can, and attributes that make them cost it. */
export interface HostileFlag {
  readonly name: string;
  readonly conditions: readonly JsonObject[];
  readonly attributes: JsonObject;
}

const SUBJECT = 1_024;
const random = (at: number): number => Math.imul(at, 2_654_435_761) >>> 15;
const letters = (alphabet: string, length = SUBJECT): string =>
  Array.from({ length }, (_, at) => alphabet[random(at) % alphabet.length]).join('');
const ideographs = Array.from({ length: SUBJECT }, (_, at) => String.fromCodePoint(0x4e00 + at * 7)).join('');

/** `count` leaves, each false for the attributes: all of them are tested. */
const anyOf = (count: number, operator: string, value: (at: number) => unknown): readonly JsonObject[] => [
  { any: Array.from({ length: count }, (_, at) => ({ attribute: 'a', operator, value: value(at) })) } as JsonObject,
];
const patterns = (count: number, pattern: string, subject: string): HostileFlag => ({
  name: `${count} × ${pattern}`,
  conditions: anyOf(count, 'matches', () => pattern),
  attributes: { a: subject },
});
const leaves = (count: number, operator: string, value: (at: number) => unknown, a: unknown): HostileFlag => ({
  name: `${count} × ${operator}`,
  conditions: anyOf(count, operator, value),
  attributes: { a } as JsonObject,
});

/** Within the limits of patterns: 50 of them, 2,000 instructions. */
export const ALLOWED_PATTERNS: readonly HostileFlag[] = [
  patterns(19, '[ab]*a[ab]{97}[c-d]', letters('ab')),
  patterns(19, '\\pL.{98}\\pL!$', 'é'.repeat(SUBJECT)),
  patterns(50, '(?:a?){12}a{12}!', letters('ab')),
  patterns(50, '[ab]*a[ab]{30}c', letters('ab')),
  patterns(50, '(?i:[k-s]*ſ\\pL{30}\\pN)', ideographs),
  patterns(20, '(?:[\\pL\\pN]?\\pS?){20}x', ideographs),
  patterns(20, '(?:\\b|a|b){30}x', letters('ab ')),
];

/** Beyond what is accepted today: rulesets may hold them from before. */
export const STORED_PATTERNS: readonly HostileFlag[] = [
  patterns(150, '[ab]*a[ab]{100}[c-d]', letters('ab')),
  patterns(5_500, '(?:a?){40}a{40}', 'a'.repeat(SUBJECT)),
];

/** Loops over user data other than patterns. */
export const HOSTILE_LOOPS: readonly HostileFlag[] = [
  leaves(60, 'contains', () => `${'a'.repeat(2_000)}b${'a'.repeat(2_000)}`, 'a'.repeat(8_192)),
  leaves(9_000, 'contains', (at) => `aaab${at}`, 'a'.repeat(8_192)),
  leaves(9_000, 'contains', () => 1, new Array(10_000).fill(0)),
  leaves(9_000, 'contains', () => ({}), new Array(10_000).fill({ a: 1 })),
  leaves(9_000, 'equals', () => ({}), Object.fromEntries(Array.from({ length: 8_000 }, (_, at) => [`f${at}`, at]))),
  leaves(1, 'in', () => new Array(100_000).fill({}), { a: 1 }),
  leaves(60, 'greater_than', () => 'a'.repeat(8_192), 'a'.repeat(8_191)),
  leaves(9_000, 'semver_gt', () => '1.2.3', `1.2.3-${'a.'.repeat(120)}!`),
  leaves(50, 'semver_in_range', () => new Array(1_000).fill('>2.0.0').join(' || '), '1.0.0'),
  leaves(9_000, 'ip_in_cidr', () => '2001:db8::/32', '1:2:3:4:5:6:7:8'),
  leaves(9_000, 'before', () => '2000-01-01', '2025-06-01T12:00:00.123456789+02:30'),
  leaves(14_000, 'exists', () => undefined, undefined),
  {
    name: '9,000 × geo',
    conditions: [{ any: new Array<JsonObject>(9_000).fill({ geo: 'city', operator: 'in', values: ['x'] }) }],
    attributes: {},
  },
];
