import { parseRfc3339 } from '#libs/kernel';

const DAY_MS = 86_400_000;
const YEAR_2000 = Date.UTC(2000);
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

/** RFC 3339 as unix ms; `undefined` for anything else. Any year: the clock of a client may be wrong by decades. */
export function parseTime(value: unknown): number | undefined {
  return typeof value === 'string' ? parseRfc3339(value, { earliest: Number.NEGATIVE_INFINITY }) : undefined;
}

/** The time by which a sender's clock is behind. Zero when it claims to have sent before 2000, or more than a day after the arrival. */
export function skewOf(sentAt: number | undefined, atMs: number): number {
  return sentAt === undefined || sentAt < YEAR_2000 || sentAt > atMs + DAY_MS ? 0 : atMs - sentAt;
}

/**
 * The time of an event that claims `value`: corrected by the error of the sender's clock. A time more than a day ahead is replaced by
 * the arrival, and none is corrected to before 2000. `undefined` when `value` is not a time or is before 2000.
 */
export function eventTime(value: unknown, { atMs, text, skewMs }: Arrival): EventTime | undefined {
  if (value === undefined) return { text, isSkewed: false };
  const claimed = parseTime(value);
  if (claimed === undefined) return undefined;
  const corrected = claimed + skewMs;
  const happened = corrected < YEAR_2000 ? claimed : corrected;
  if (happened < YEAR_2000) return undefined;
  if (happened > atMs + DAY_MS) return { text, isSkewed: true };
  const isStoredAsSent = skewMs === 0 && isInStoredForm(value as string);
  return { text: isStoredAsSent ? (value as string) : new Date(happened).toISOString(), isSkewed: false };
}

/** Whether a valid time is written like `toISOString` writes it. */
function isInStoredForm(text: string): boolean {
  return text.length === UTC_MS_LENGTH && text[10] === 'T' && text.endsWith('Z');
}
