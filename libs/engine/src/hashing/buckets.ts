import type { Work } from '../values/work.js';
import { type HashPrefix, hashVariantWith } from './hash.js';

/** 100 %. Percentages are counted in thousandths of a percent. */
export const FULL_PERCENTAGE = 100_000;

/** `round(percentage × 1000)`. A fraction computed as the difference of floats is wrong for half of all percentages. */
export function milliPercent(percentage: number): number {
  return Math.round(percentage * 1_000);
}

/**
 * Whether a hash lies within the percentage. For whole percentages this is `hash mod 100 < percentage`. Raising the
 * percentage keeps every hash that was within it.
 * @param milli thousandths of a percent, 0 to 100,000
 */
export function isAdmitted(hash: number, milli: number): boolean {
  const bucket = hash % 100;
  const whole = (milli / 1_000) | 0;
  return bucket < whole || (bucket === whole && ((hash / 100) | 0) % 1_000 < milli % 1_000);
}

/**
 * A bucket key value as it is hashed: a string as it is, an integer within ±2⁵³ as decimal text. Returns `undefined` for the
 * empty string and for anything else, which counts as absent.
 */
export function bucketValue(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** Bucket key values of up to this length are hashed in passing. */
const SHORT_VALUE = 64;
const HASH_UNITS = 4;

/** Takes the work of hashing a long value. @throws OverBudget */
export function spendOnHash(value: string, work: Work): void {
  if (value.length > SHORT_VALUE) work.spend(HASH_UNITS * value.length);
}

/** Index of the variant that `hash("{salt}.{value}.variant") mod total` selects by the cumulative weights. */
export function pickVariant(salt: HashPrefix, value: string, cumulative: readonly number[]): number {
  const point = hashVariantWith(salt, value) % cumulative[cumulative.length - 1]!;
  let index = 0;
  while (cumulative[index]! <= point) index++;
  return index;
}

/** Running sums. The last one is the total. */
export function cumulate(weights: readonly number[]): number[] {
  let sum = 0;
  return weights.map((weight) => (sum += weight));
}
