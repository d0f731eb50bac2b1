const SHAPE = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(?:[Zz]|([+-])(\d\d):(\d\d)))?$/;
const MAX_LENGTH = 64;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const FIRST_INSTANT = Date.UTC(2000);
const LAST_INSTANT = Date.UTC(10_000) - 1;

export interface Rfc3339Options {
  /** Accepts a date alone, as its first or its last moment in UTC. Default: a date alone is refused. */
  readonly date?: 'first' | 'last';
  /** Unix milliseconds; earlier instants are refused. Default: the first moment of the year 2000. */
  readonly earliest?: number;
}

/**
 * Unix milliseconds of an RFC 3339 date-time. Finer fractions are cut. Returns `undefined` for anything else: days that
 * no calendar has, leap seconds, and instants that lie outside the years 2000 to 9999 once converted to UTC.
 */
export function parseRfc3339(text: string, options: Rfc3339Options = {}): number | undefined {
  const { date, earliest = FIRST_INSTANT } = options;
  const parts = text.length > MAX_LENGTH ? null : SHAPE.exec(text);
  if (parts === null || (parts[4] === undefined && date === undefined)) return undefined;
  const day = midnightOf(parts);
  const time = parts[4] === undefined && date === 'last' ? DAY_MS - 1 : timeOfDay(parts);
  if (day === undefined || time === undefined) return undefined;
  const instant = day + time;
  return instant >= earliest && instant <= LAST_INSTANT ? instant : undefined;
}

/** `setUTCFullYear`, because `Date.UTC` takes the years 0 to 99 for 1900 to 1999. */
function midnightOf(parts: RegExpExecArray): number | undefined {
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Milliseconds since midnight UTC; the offset may carry them into the day before or after. */
function timeOfDay(parts: RegExpExecArray): number | undefined {
  if (parts[4] === undefined) return 0;
  const [hour, minute, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6])];
  const [offsetHour, offsetMinute] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const offset = (offsetHour * 60 + offsetMinute) * (parts[8] === '-' ? -1 : 1);
  const milliseconds = parts[7] === undefined ? 0 : Number(parts[7].slice(0, 3).padEnd(3, '0'));
  return (hour * 60 + minute - offset) * MINUTE_MS + second * 1_000 + milliseconds;
}
