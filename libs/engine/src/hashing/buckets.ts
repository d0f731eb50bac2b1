import { type HashPrefix, hashVariantWith } from './hash.js';

/** Percentages count in thousandths of a percent. */
export const EVERYONE = 100_000;

/** `round(percentage × 1000)`: taking the fraction from a difference of floats is wrong for half of them (specification 04). */
export function milliPercent(percentage: number): number {
  return Math.round(percentage * 1_000);
}

/**
 * Whether a hash lies in the percentage: raising it never drops anyone, whole percents are `hash mod 100 < percentage`.
 * @param milli thousandths of a percent, 0 to 100,000
 */
export function isAdmitted(hash: number, milli: number): boolean {
  const bucket = hash % 100;
  const whole = (milli / 1_000) | 0;
  return bucket < whole || (bucket === whole && ((hash / 100) | 0) % 1_000 < milli % 1_000);
}

/** A bucket key value as it is hashed: strings as they are, integers within ±2⁵³ as decimal text, anything else is absent. */
export function bucketValue(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** Index of the variant that `hash("{salt}.{value}.variant") mod total` falls on, `weights` being cumulative. */
export function pickVariant(salt: HashPrefix, value: string, cumulative: readonly number[]): number {
  const point = hashVariantWith(salt, value) % cumulative[cumulative.length - 1]!;
  let index = 0;
  while (cumulative[index]! <= point) index++;
  return index;
}

/** Running sums: the last is the total. */
export function cumulate(weights: readonly number[]): number[] {
  let sum = 0;
  return weights.map((weight) => (sum += weight));
}
