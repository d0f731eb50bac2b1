import { PLATFORM, systemOrigin, type Page } from '#libs/contracts';
import { CountEvents } from './count-events.js';
import { anEvent, InMemoryEvents, ORG } from './events.spec-support.js';
import { ExportEvents } from './export-events.js';
import { ListEvents } from './list-events.js';

const page: Page = { limit: 2, order: 'desc' };
const origin = systemOrigin(ORG, 'r1');
const setUp = () => {
  const events = new InMemoryEvents([anEvent('viewed', 1), anEvent('bought', 2), anEvent('viewed', 3)]);
  return { listEvents: new ListEvents(events), countEvents: new CountEvents(events), events };
};

describe('ListEvents', () => {
  it('returns a page of the events of the organization, without their number', async () => {
    const { listEvents, events } = setUp();

    const answer = await listEvents.execute({ filter: {}, page }, origin);

    expect(answer).toEqual({ data: events.all.slice(0, 2), next_cursor: '2', has_more: true });
  });

  it('returns the number of matching events when asked for', async () => {
    const command = { filter: { event_name: 'viewed' }, page, with_total: true };

    expect(await setUp().listEvents.execute(command, origin)).toMatchObject({ total: 2, has_more: false });
  });
});

describe('CountEvents', () => {
  it('returns the number of matching events', async () => {
    expect(await setUp().countEvents.execute({ filter: { event_name: 'viewed' } }, origin)).toEqual({ count: 2 });
  });
});

describe('queries for the platform', () => {
  it('are refused, since events belong to an organization', async () => {
    const { listEvents, countEvents, events } = setUp();
    const platform = systemOrigin(PLATFORM, 'r1');
    const exportEvents = new ExportEvents(events);

    for (const asking of [
      listEvents.execute({ filter: {}, page }, platform),
      countEvents.execute({ filter: {} }, platform),
      exportEvents.execute({ filter: {}, format: 'csv' }, platform),
    ]) {
      await expect(asking).rejects.toMatchObject({ code: 'not_found' });
    }
    expect(events.entries).toEqual([]);
  });
});
