import fc from 'fast-check';
import { MAX_PACK_BYTES } from '#libs/contracts';
import type { Json } from '#libs/kernel';
import { IMPOSSIBLE_TIMES } from '#libs/testing';
import { anEvent, anIntake, NOW, refusal } from './builders.spec-support.js';
import { chunksOf } from './chunks.js';
import { takeBatch } from './take-batch.js';
import { takeEvent } from './take-event.js';

const many = (count: number): Json[] => Array.from({ length: count }, () => anEvent());
const timesOf = (events: ReturnType<typeof takeBatch>): string[] =>
  events.map(({ row }) => (JSON.parse(row) as { timestamp: string }).timestamp);

describe('a batch', () => {
  it.each<[string, Json, string, string | undefined]>([
    ['an unknown field before its events', { batch: [], org_id: 'o' }, 'unknown_field', 'org_id'],
    ['a missing list', {}, 'empty_batch', 'batch'],
    ['an empty list', { batch: [] }, 'empty_batch', 'batch'],
    ['a text instead of a list', { batch: 'x' }, 'invalid_type', 'batch'],
    [
      '101 events before an invalid one',
      { batch: many(100).concat(anEvent({ event: '' })) },
      'batch_too_large',
      'batch',
    ],
    ['a list as the body', [], 'invalid_type', ''],
    ['an event that is not an object', { batch: [anEvent(), null] }, 'invalid_type', 'batch[1]'],
    ['an invalid event', { batch: [...many(2), anEvent({ event: '' }), 5] }, 'invalid_event_name', 'batch[2].event'],
    ['an unknown field of an event', { batch: [anEvent({ x: 1 })] }, 'unknown_field', 'batch[0].x'],
    ['an invalid time of sending', { batch: many(1), sent_at: 'now' }, 'invalid_timestamp', 'sent_at'],
    [
      'an invalid event before an invalid time of sending',
      { batch: [{}], sent_at: 'now' },
      'invalid_distinct_id',
      'batch[0].distinct_id',
    ],
  ])('is refused for %s', (_what, body, code, field) => {
    expect(refusal(() => takeBatch(body, anIntake()))).toEqual([code, field]);
  });

  it.each(IMPOSSIBLE_TIMES.filter((text) => !/^(0000|1970|1999|2000)-/.test(text)))(
    'is refused for sent_at "%s"',
    (sent_at) => {
      expect(refusal(() => takeBatch({ batch: many(1), sent_at }, anIntake()))).toEqual([
        'invalid_timestamp',
        'sent_at',
      ]);
    },
  );

  it.each([
    '0000-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '1999-12-31T23:59:59.999Z',
    '2026-02-01T12:00:00.001Z',
    '2099-01-01T00:00:00Z',
  ])('ignores a time of sending outside 2000 to a day ahead: %s', (sent_at) => {
    const batch = [anEvent({ timestamp: '2000-01-01T00:00:00Z' }), anEvent({ timestamp: NOW }), anEvent()];
    const times = timesOf(takeBatch({ batch, sent_at }, anIntake()));

    expect(times).toEqual(['2000-01-01T00:00:00.000Z', NOW, NOW]);
  });

  it('holds no event before 2000 on account of its time of sending', () => {
    const batch = [anEvent({ timestamp: '2000-01-01T00:00:00Z' })];
    const aDayAhead = timesOf(takeBatch({ batch, sent_at: '2026-02-01T12:00:00Z' }, anIntake()));

    expect(aDayAhead).toEqual(['2000-01-01T00:00:00.000Z']);
  });

  it('corrects a clock that began in 2000 with the process', () => {
    const batch = [anEvent({ timestamp: '1999-12-31T23:59:59Z' })];

    expect(timesOf(takeBatch({ batch, sent_at: '2000-01-01T00:00:00Z' }, anIntake()))).toEqual([
      '2026-01-31T11:59:59.000Z',
    ]);
  });

  it("corrects timestamps by the error of the sender's clock", () => {
    const batch = [anEvent({ timestamp: '2026-01-31T08:59:00Z' }), anEvent()];
    const [late, undated] = timesOf(takeBatch({ batch, sent_at: '2026-01-31T09:00:00Z' }, anIntake()));

    expect([late, undated]).toEqual(['2026-01-31T11:59:00.000Z', '2026-01-31T12:00:00.000Z']);
  });

  it('becomes the same rows as its events one by one, and as any two parts of it', () => {
    const event = fc.record({ distinct_id: fc.string({ minLength: 1, maxLength: 20 }), n: fc.integer() });
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 100 }), fc.nat(), (events, at) => {
        const batch = events.map(({ distinct_id, n }) => anEvent({ distinct_id, properties: { n } }));
        const intake = anIntake();
        const cut = Math.min(1 + (at % batch.length), batch.length);
        const parts = [batch.slice(0, cut), batch.slice(cut)].filter((part) => part.length > 0);

        const whole = takeBatch({ batch }, anIntake());
        expect(parts.flatMap((part) => takeBatch({ batch: part }, intake))).toEqual(whole);
        const single = anIntake();
        expect(batch.map((one) => takeEvent(one, single))).toEqual(whole);
      }),
    );
  });
});

describe('chunks of a batch', () => {
  it('contain every row once, in order, and fit into a pack', () => {
    const size = fc.integer({ min: 10, max: 65_000 });
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 100 }), (sizes) => {
        const rows = sizes.map((length, id) => ({
          id: String(id),
          row: `{"id":${id},"x":"${'ü'.repeat(length / 2)}"}`,
        }));
        const chunks = chunksOf(rows);

        const ids = chunks.flatMap(({ text }) => (JSON.parse(`[${text}]`) as { id: number }[]).map(({ id }) => id));
        expect(ids).toEqual(rows.map((_row, id) => id));
        expect(chunks.map(({ text }) => Buffer.byteLength(`[${text}]`) <= MAX_PACK_BYTES)).not.toContain(false);
        expect(chunks.map(({ bytes }) => bytes)).toEqual(chunks.map(({ text }) => Buffer.byteLength(text)));
        expect(chunks.reduce((sum, { events }) => sum + events, 0)).toBe(rows.length);
      }),
      { numRuns: 30 },
    );
  });
});
