const SHAPE = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d):(\d\d)(\.\d{1,30})?(?:[Zz]|([+-])(\d\d):(\d\d)))?$/;
const MAX_LENGTH = 64;
const MINUTE = 60_000;

const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

/** Midnight UTC of a proleptic Gregorian date. Not `Date.UTC`, which maps the years 0 to 99 to 1900 to 1999. */
function midnight(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

/**
 * Unix milliseconds of an RFC 3339 date-time (fractions of a millisecond are kept, second 60 is the start of the next
 * minute), of a date alone (midnight UTC), or of a number, which is returned as it is. `undefined` for anything else.
 */
export function parseInstant(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
  const parts = SHAPE.exec(value);
  if (parts === null) return undefined;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  const time = timeOfDay(parts);
  return time === undefined ? undefined : midnight(year, month, day) + time;
}

function timeOfDay(parts: RegExpExecArray): number | undefined {
  if (parts[4] === undefined) return 0;
  const [hour, minute, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6])];
  const [offsetHour, offsetMinute] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const offset = (offsetHour * 60 + offsetMinute) * (parts[8] === '-' ? -1 : 1);
  return (hour * 60 + minute - offset) * MINUTE + second * 1_000 + Number(parts[7] ?? 0) * 1_000;
}

/** Whether the value is an RFC 3339 time with date, time and offset, as stored schedules must have it. */
export function isRfc3339(value: unknown): value is string {
  return typeof value === 'string' && value.length > 10 && parseInstant(value) !== undefined;
}
