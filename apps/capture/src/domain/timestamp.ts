const DAY_MS = 86_400_000;
const YEAR_2000 = Date.UTC(2000);
const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const UTC_MS_LENGTH = '2026-01-31T12:00:00.000Z'.length;

/** The time of an event as it is stored. */
export interface EventTime {
  /** RFC 3339, UTC, milliseconds. */
  readonly text: string;
  /** The event claimed a time more than a day ahead, which was replaced. */
  readonly isSkewed: boolean;
}
/** When a request arrived, and how far the clock of its sender is behind. */
export interface Arrival {
  readonly atMs: number;
  /** `atMs` in the form of a timestamp. */
  readonly text: string;
  readonly skewMs: number;
}

/** RFC 3339 with any offset, as unix ms; `undefined` for other values, including the 30th of February. */
export function parseTime(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.toUpperCase();
  if (!RFC_3339.test(text)) return undefined;
  const day = Number(text.slice(8, 10));
  if (day > 28 && day > daysIn(Number(text.slice(0, 4)), Number(text.slice(5, 7)))) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * The time of an event that claims `value`: corrected by the error of the sender's clock. A time more than a day ahead is replaced by
 * the arrival. `undefined` when `value` is not a time or is before 2000.
 */
export function eventTime(value: unknown, { atMs, text, skewMs }: Arrival): EventTime | undefined {
  if (value === undefined) return { text, isSkewed: false };
  const claimed = parseTime(value);
  if (claimed === undefined) return undefined;
  const happened = claimed + skewMs;
  if (happened < YEAR_2000) return undefined;
  if (happened > atMs + DAY_MS) return { text, isSkewed: true };
  const isInForm = skewMs === 0 && (value as string).length === UTC_MS_LENGTH && (value as string).endsWith('Z');
  return { text: isInForm ? (value as string).toUpperCase() : new Date(happened).toISOString(), isSkewed: false };
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
