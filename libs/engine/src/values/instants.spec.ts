import { IMPOSSIBLE_TIMES } from '#libs/testing';
import { isRfc3339, parseInstant } from './instants.js';

describe('parseInstant', () => {
  it.each<[unknown, number]>([
    ['2025-06-01T12:00:00Z', Date.UTC(2025, 5, 1, 12)],
    ['2025-06-01t12:00:00z', Date.UTC(2025, 5, 1, 12)],
    ['2025-06-01 12:00:00Z', Date.UTC(2025, 5, 1, 12)],
    ['2025-06-01T14:30:00+02:30', Date.UTC(2025, 5, 1, 12)],
    ['2025-06-01T10:00:00-02:00', Date.UTC(2025, 5, 1, 12)],
    ['2025-06-01T12:00:00.25Z', Date.UTC(2025, 5, 1, 12) + 250],
    ['2025-06-01T12:00:00.2509Z', Date.UTC(2025, 5, 1, 12) + 250],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2000-02-29', Date.UTC(2000, 1, 29)],
    ['0001-01-01', -62_135_596_800_000],
    [0, 0],
    [-1.5, -1.5],
  ])('parses %p', (value, millis) => {
    expect(parseInstant(value)).toBe(millis);
  });

  it.each<[unknown]>([
    ['2025-02-29'],
    ['1900-02-29'],
    ['2025-04-31'],
    ['2025-13-01'],
    ['2025-00-10'],
    ['2025-06-01T24:00:00Z'],
    ['2025-06-01T12:60:00Z'],
    ['2016-12-31T23:59:60Z'],
    ['2025-06-01T12:00:61Z'],
    ['9999-12-31T23:59:59-01:00'],
    ['2025-06-01T12:00:00+24:00'],
    ['2025-06-01T12:00:00'],
    ['2025-06-01T12:00Z'],
    [' 2025-06-01'],
    [`2025-06-01T12:00:00.${'0'.repeat(60)}Z`],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [null],
    [true],
  ])('rejects %p', (value) => {
    expect(parseInstant(value)).toBeUndefined();
  });
});

describe('isRfc3339', () => {
  it('requires a date with time and offset', () => {
    const values = ['2025-06-01T12:00:00Z', '2025-06-01', '2025-06-01T12:00:00', 0];

    expect(values.map(isRfc3339)).toEqual([true, false, false, false]);
  });

  it.each(IMPOSSIBLE_TIMES)('is false for "%s"', (text) => {
    expect(isRfc3339(text)).toBe(false);
  });
});
