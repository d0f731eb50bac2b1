import fc from 'fast-check';
import { IMPOSSIBLE_TIMES } from '#libs/testing';
import { parseRfc3339 } from './rfc3339.js';

const FIRST = Date.UTC(2000);
const LAST = Date.UTC(10_000) - 1;

const instants = fc.integer({ min: FIRST + 86_400_000, max: LAST - 86_400_000 });
const offsets = fc.integer({ min: -(23 * 60 + 59), max: 23 * 60 + 59 });
const finerDigits = fc.stringMatching(/^\d{0,27}$/);
const separators = fc.constantFrom('T', 't', ' ');

/** The text of an instant at an offset of `minutes`, with digits beyond the millisecond. */
function textAt(instant: number, minutes: number, finer: string, separator: string): string {
  const local = new Date(instant + minutes * 60_000).toISOString().slice(0, -1);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const offset = `${minutes < 0 ? '-' : '+'}${pad(Math.trunc(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
  return `${local.replace('T', separator)}${finer}${offset}`;
}

describe('parseRfc3339', () => {
  it('reads an instant written at any offset, with any fraction, and cuts it to milliseconds', () => {
    fc.assert(
      fc.property(instants, offsets, finerDigits, separators, (instant, minutes, finer, separator) => {
        expect(parseRfc3339(textAt(instant, minutes, finer, separator))).toBe(instant);
      }),
    );
  });

  it('reads what toISOString writes for whatever it accepted as the same instant', () => {
    const texts = fc.stringMatching(
      /^(19|20|99)\d\d-[01]\d-[0-3]\d[Tt ][0-2]\d:[0-6]\d:[0-6]\d(\.\d{1,9})?([Zz]|[+-][0-2]\d:[0-6]\d)$/,
    );
    fc.assert(
      fc.property(texts, (text) => {
        const instant = parseRfc3339(text);
        fc.pre(instant !== undefined);
        expect(parseRfc3339(new Date(instant).toISOString())).toBe(instant);
      }),
    );
  });

  it.each([
    ['2000-01-01T00:00:00Z', FIRST],
    ['9999-12-31T23:59:59.9999999Z', LAST],
    ['1999-12-31T23:00:00-01:00', FIRST],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2400-02-29t12:00:00.5z', Date.UTC(2400, 1, 29, 12, 0, 0, 500)],
    ['2026-01-31 12:00:00-00:00', Date.UTC(2026, 0, 31, 12)],
  ])('accepts %s', (text, instant) => {
    expect(parseRfc3339(text)).toBe(instant);
  });

  it.each(IMPOSSIBLE_TIMES)('refuses %s', (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });

  it('refuses every day that a month does not have', () => {
    const days = fc.record({
      year: fc.integer({ min: 2000, max: 9_999 }),
      month: fc.integer({ min: 1, max: 12 }),
      past: fc.integer({ min: 1, max: 31 }),
    });
    fc.assert(
      fc.property(days, ({ year, month, past }) => {
        const day = new Date(Date.UTC(year, month, 0)).getUTCDate() + past;
        fc.pre(day < 100);
        expect(parseRfc3339(`${year}-${String(month).padStart(2, '0')}-${day}T00:00:00Z`)).toBeUndefined();
      }),
    );
  });

  it('accepts a date alone, and earlier years, only where the caller asks for them', () => {
    expect(parseRfc3339('2026-01-31')).toBeUndefined();
    expect(parseRfc3339('2026-01-31', { date: 'first' })).toBe(Date.UTC(2026, 0, 31));
    expect(parseRfc3339('2026-01-31', { date: 'last' })).toBe(Date.UTC(2026, 1, 1) - 1);
    expect(parseRfc3339('9999-12-31', { date: 'last' })).toBe(LAST);
    expect(parseRfc3339('2026-01-31T12:00:00Z', { date: 'last' })).toBe(Date.UTC(2026, 0, 31, 12));
    expect(parseRfc3339('2026-02-30', { date: 'first' })).toBeUndefined();
    expect(parseRfc3339('0001-01-01T00:00:00Z', { earliest: Number.NEGATIVE_INFINITY })).toBe(-62_135_596_800_000);
  });
});
