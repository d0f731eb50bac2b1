import type { EventRow } from '#libs/contracts';
import { matches, type LiveFilter } from './event-filter.js';
import { liveEventView } from './live-event.js';

const PROD = '01900000-0000-7000-8000-0000000000e1';
const row: EventRow = {
  event_id: '01900000-0000-7000-8000-00000000000a',
  environment_id: PROD,
  distinct_id: 'ada',
  event: 'bought',
  properties: { plan: 'pro', seats: 5, trial: true, nested: { a: 1 }, nothing: null },
  timestamp: '2026-01-31T12:00:00.000Z',
  received_at: '2026-01-31T12:00:00.250Z',
  ip: '203.0.113.9',
};

describe('an event before it is stored', () => {
  it.each<[LiveFilter, boolean]>([
    [{}, true],
    [{ distinct_id: 'ada', event_name: 'bought', environment_id: PROD }, true],
    [{ distinct_id: 'ad' }, false],
    [{ event_name: 'Bought' }, false],
    [{ environment_id: row.event_id }, false],
    [{ properties: { plan: 'pro', seats: '5', trial: 'true' } }, true],
    [{ properties: { plan: 'pro', seats: '6' } }, false],
    [{ properties: { nested: '{"a":1}' } }, false],
    [{ properties: { nothing: 'null' } }, false],
    [{ properties: { toString: 'x' } }, false],
  ])('matches as in the event store: %j', (filter, expected) => {
    expect(matches(filter, row)).toBe(expected);
  });

  it('is shown without its client address', () => {
    expect(JSON.stringify(liveEventView(row))).not.toContain('203.0.113.9');
    expect(liveEventView(row)).toMatchObject({
      event: 'bought',
      person_id: null,
      environment_id: PROD,
      clock_skew: false,
    });
  });
});
