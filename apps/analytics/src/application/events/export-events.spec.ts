import { EXPORT_MAX_EVENTS, systemOrigin, type EventView } from '#libs/contracts';
import { anEvent, InMemoryEvents, ORG } from './events.spec-support.js';
import { ExportEvents } from './export-events.js';

const origin = systemOrigin(ORG, 'r1');
const many = (count: number): EventView[] => Array.from({ length: count }, (_, id) => anEvent('viewed', id));

describe('ExportEvents', () => {
  it('returns every event once, in parts, and records the export once', async () => {
    const events = new InMemoryEvents(many(2_500));
    const exportEvents = new ExportEvents(events);
    const command = { filter: { event_name: 'viewed' }, format: 'csv' } as const;

    const sizes: number[] = [];
    const seen: EventView[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const part = await exportEvents.execute({ ...command, cursor }, origin);
      sizes.push(part.events.length);
      seen.push(...part.events);
      cursor = part.next_cursor;
    }

    expect(sizes).toEqual([1_000, 1_000, 500]);
    expect(seen).toEqual(events.all);
    expect(events.entries).toEqual([
      {
        event: 'EventsExported',
        action: 'export',
        resourceType: 'events',
        resourceId: ORG,
        metadata: { format: 'csv', filter: { event_name: 'viewed' }, count: 2_500 },
      },
    ]);
  });

  it('records an export without events', async () => {
    const events = new InMemoryEvents();

    const part = await new ExportEvents(events).execute({ filter: {}, format: 'ndjson' }, origin);

    expect(part).toEqual({ events: [], next_cursor: null });
    expect(events.entries).toMatchObject([{ metadata: { count: 0 } }]);
  });

  it.each([
    ['exports as many events as the limit allows', EXPORT_MAX_EVENTS, 1_000],
    ['refuses one more and records nothing', EXPORT_MAX_EVENTS + 1, 'too_large'],
  ])('%s', async (_what, count, expected) => {
    const events = new InMemoryEvents(many(count));

    const outcome = await new ExportEvents(events).execute({ filter: {}, format: 'csv' }, origin).then(
      (part) => part.events.length,
      (error: { code: string }) => error.code,
    );

    expect(outcome).toBe(expected);
    expect(events.entries).toHaveLength(expected === 'too_large' ? 0 : 1);
  });
});
