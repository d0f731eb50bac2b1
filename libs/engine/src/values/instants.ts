import { parseRfc3339 } from '#libs/kernel';

/** Conditions compare dates of birth too, so years before 2000 count. */
const ANY_DATE = { date: 'first', earliest: Number.NEGATIVE_INFINITY } as const;

/**
 * Unix milliseconds of an RFC 3339 date-time, of a date alone (midnight UTC), or of a number, which is that already.
 * `undefined` for anything else.
 */
export function parseInstant(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' ? parseRfc3339(value, ANY_DATE) : undefined;
}

/** RFC 3339 with date and time, of the years 2000 to 9999, as write-time checks require it. */
export function isRfc3339(value: unknown): value is string {
  return typeof value === 'string' && parseRfc3339(value) !== undefined;
}
