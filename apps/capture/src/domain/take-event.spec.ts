import fc from 'fast-check';
import { EventRow } from '#libs/contracts';
import type { Json } from '#libs/kernel';
import { IMPOSSIBLE_TIMES } from '#libs/testing';
import { anEvent, anIntake, NOW, refusal } from './builders.spec-support.js';
import { endOfRow } from './row-end.js';
import { takeEvent, type Intake } from './take-event.js';

const rowOf = (raw: Json, intake: Intake = anIntake()): EventRow => JSON.parse(takeEvent(raw, intake).row) as EventRow;

describe('an event', () => {
  it('becomes a row, with an id and times of the server', () => {
    expect(rowOf(anEvent())).toEqual({
      event_id: '00000000-0000-7000-8000-000000000001',
      distinct_id: 'd1',
      event: 'signed_up',
      properties: {},
      timestamp: NOW,
      received_at: NOW,
    });
  });

  it('keeps its own id in lower case, and the headers of the request, shortened', () => {
    const from = { receivedAt: NOW, environmentId: 'e1', ip: '203.0.113.9', lib: 'loom-web', libVersion: '1.0.0' };
    const rowEnd = endOfRow({ ...from, userAgent: `"curl" ${'x'.repeat(1_000)}` });
    const row = rowOf(anEvent({ event_id: '0190A0B0-0000-7000-8000-00000000ABCD' }), anIntake({ rowEnd }));

    expect(row).toMatchObject({ event_id: '0190a0b0-0000-7000-8000-00000000abcd', environment_id: 'e1' });
    expect(row).toMatchObject({ ip: '203.0.113.9', lib: 'loom-web', lib_version: '1.0.0' });
    expect(row.user_agent).toMatch(/^"curl" x+$/);
    expect(row.user_agent).toHaveLength(512);
  });

  it.each<[string, object, string, string]>([
    ['an unknown field before an invalid one', { distinct_id: 5, org_id: 'o' }, 'unknown_field', 'org_id'],
    [
      'a missing distinct id before an invalid name',
      { distinct_id: undefined, event: '' },
      'invalid_distinct_id',
      'distinct_id',
    ],
    ['a distinct id of 201 characters', { distinct_id: 'a'.repeat(201) }, 'invalid_distinct_id', 'distinct_id'],
    [
      'a distinct id of 201 characters of two UTF-16 units each',
      { distinct_id: '😀'.repeat(201) },
      'invalid_distinct_id',
      'distinct_id',
    ],
    ['a name that begins with a digit', { event: '1st' }, 'invalid_event_name', 'event'],
    ['a name of 201 characters', { event: 'a'.repeat(201) }, 'invalid_event_name', 'event'],
    ['a name with a line break', { event: 'a\n' }, 'invalid_event_name', 'event'],
    ['properties null', { properties: null }, 'invalid_properties', 'properties'],
    ['properties over 64 KiB', { properties: { a: 'x'.repeat(65_536 - 7) } }, 'invalid_properties', 'properties'],
    ['the 30th of February', { timestamp: '2024-02-30T00:00:00Z' }, 'invalid_timestamp', 'timestamp'],
    ['a date without a time', { timestamp: '2024-02-28' }, 'invalid_timestamp', 'timestamp'],
    ['a timestamp that is a number', { timestamp: 1_700_000_000_000 }, 'invalid_timestamp', 'timestamp'],
    ['a timestamp that is null', { timestamp: null }, 'invalid_timestamp', 'timestamp'],
    ['a time before 2000', { timestamp: '1999-12-31T23:59:59.999Z' }, 'invalid_timestamp', 'timestamp'],
    ['an id in braces', { event_id: '{0190a0b0-0000-7000-8000-00000000abcd}' }, 'invalid_event_id', 'event_id'],
  ])('is refused for %s', (_what, changes, code, field) => {
    expect(refusal(() => takeEvent(anEvent(changes), anIntake()))).toEqual([code, field]);
  });

  it.each(IMPOSSIBLE_TIMES)('is refused for the time "%s"', (timestamp) => {
    expect(refusal(() => takeEvent(anEvent({ timestamp }), anIntake()))).toEqual(['invalid_timestamp', 'timestamp']);
  });

  it.each<[string, object]>([
    ['a distinct id of 200 characters of two UTF-16 units each', { distinct_id: '😀'.repeat(200) }],
    ['a name of 200 characters', { event: `$${'a'.repeat(199)}` }],
    ['properties of 64 KiB', { properties: { a: 'x'.repeat(65_536 - 8) } }],
    ['the 29th of a leap year', { timestamp: '2024-02-29T00:00:00Z' }],
    ['the first moment of 2000', { timestamp: '2000-01-01T00:00:00Z' }],
  ])('may have %s', (_what, changes) => {
    expect(EventRow.safeParse(rowOf(anEvent(changes))).success).toBe(true);
  });

  it.each<[string, string, number, string, true | undefined]>([
    ['in the stored form', '2026-01-30T08:00:00.123Z', 0, '2026-01-30T08:00:00.123Z', undefined],
    ['in lower case, with nanoseconds', '2026-01-30t08:00:00.123456789z', 0, '2026-01-30T08:00:00.123Z', undefined],
    ['with a space', '2026-01-30 08:00:00.123Z', 0, '2026-01-30T08:00:00.123Z', undefined],
    ['of another zone', '2026-01-30T08:00:00+01:00', 0, '2026-01-30T07:00:00.000Z', undefined],
    ['of a clock an hour behind', '2026-01-31T11:00:00Z', 3_600_000, NOW, undefined],
    ['of a clock a year ahead', '2027-01-31T12:00:00Z', -365 * 86_400_000, NOW, undefined],
    ['of a clock that began in 1970', '1970-01-02T00:00:00Z', Date.parse(NOW), '2026-02-01T12:00:00.000Z', undefined],
    ['a day ahead', '2026-02-01T12:00:00.000Z', 0, '2026-02-01T12:00:00.000Z', undefined],
    ['more than a day ahead', '2026-02-01T12:00:00.001Z', 0, NOW, true],
  ])('has a time %s', (_what, timestamp, skewMs, expected, clockSkew) => {
    const row = rowOf(anEvent({ timestamp }), anIntake({ skewMs }));

    expect([row.timestamp, row.clock_skew]).toEqual([expected, clockSkew]);
  });

  it('keeps every distinct id and all properties unchanged', () => {
    const properties = fc.dictionary(fc.string(), fc.jsonValue());
    const distinct = fc.string({ unit: 'binary', minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(distinct, properties, (distinct_id, given) => {
        const row = rowOf(anEvent({ distinct_id, properties: given }));
        expect(row).toEqual({ ...row, distinct_id, properties: JSON.parse(JSON.stringify(given)) });
        expect(EventRow.safeParse(row).success).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
