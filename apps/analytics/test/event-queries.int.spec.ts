import { randomUUID } from 'node:crypto';
import { systemOrigin, type EventFilter, type EventView, type Page } from '#libs/contracts';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import type { Analytics } from '../src/composition.js';
import { analyticsOn, prepared, rowsAs } from './world.js';

interface Seed {
  readonly event_id?: string;
  readonly environment_id?: string;
  readonly distinct_id?: string;
  readonly person_id?: string;
  readonly event_name?: string;
  readonly properties?: object;
  readonly timestamp?: string;
}

const PROD = '01900000-0000-7000-8000-0000000000e1';
const DEV = '01900000-0000-7000-8000-0000000000e2';
const HOUR_MS = 3_600_000;
/** A whole hour some days ago: recent enough for every partition. */
const HOUR = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 72 * HOUR_MS;
const at = (ms: number): string => new Date(HOUR + ms).toISOString();

describe('queries of the event store', () => {
  let servers: PrivateServers;
  let analytics: Analytics;
  beforeAll(async () => {
    servers = await privateServers();
    await prepared(servers.postgresUrl);
    analytics = analyticsOn(servers.postgresUrl);
  });
  afterAll(async () => {
    await analytics.database.close();
    await servers.stop();
  });

  const list = (org: string, filter: EventFilter, page: Page, with_total = false) =>
    analytics.listEvents.execute({ filter, page, with_total }, systemOrigin(org, 'r-1'));
  const count = async (org: string, filter: EventFilter): Promise<number> =>
    (await analytics.countEvents.execute({ filter }, systemOrigin(org, 'r-1'))).count;

  /** Stores events and counts them by the hour, as the consumer does. */
  async function store(orgId: string, seeds: readonly Seed[]): Promise<void> {
    const rows = seeds.map((seed) => ({
      event_id: randomUUID(),
      distinct_id: 'd1',
      event_name: 'viewed',
      properties: {},
      timestamp: at(0),
      ip: '203.0.113.9',
      ...seed,
      org_id: orgId,
      received_at: at(500),
      clock_skew: false,
    }));
    await rowsAs(
      servers.postgresUrl,
      'system',
      `with given as (select * from jsonb_populate_recordset(null::event, $1::jsonb)),
        stored as (insert into event select * from given)
        insert into event_hour (org_id, event_name, hour, environment_id, count)
        select org_id, event_name, date_trunc('hour', timestamp),
          coalesce(environment_id, '00000000-0000-0000-0000-000000000000'), count(*)
        from given group by 1, 2, 3, 4
        on conflict (org_id, event_name, hour, environment_id) do update set count = event_hour.count + excluded.count`,
      [JSON.stringify(rows)],
      orgId,
    );
  }

  const page = (wanted: Partial<Page> = {}): Page => ({ limit: 50, order: 'desc', ...wanted });
  async function everyPage(org: string, filter: EventFilter, wanted: Partial<Page>, between = async () => {}) {
    const seen: EventView[] = [];
    let cursor: string | undefined;
    do {
      const { data, next_cursor, has_more } = await list(org, filter, page({ ...wanted, cursor }));
      seen.push(...data);
      expect(has_more).toBe(next_cursor !== null);
      cursor = next_cursor ?? undefined;
      await between();
    } while (cursor !== undefined);
    return seen;
  }
  const idsOf = (some: readonly Pick<EventView, 'event_id'>[]): string[] => some.map(({ event_id }) => event_id);

  it('return every field of an event except its IP address', async () => {
    const org = randomUUID();
    const seed = {
      distinct_id: 'anon-1',
      event_name: '$pageview',
      properties: { path: '/', n: 1.5 },
      timestamp: at(1),
    };
    const event_id = randomUUID();
    await store(org, [{ ...seed, event_id, environment_id: PROD }]);

    const { data } = await list(org, {}, page());

    expect(data).toEqual([
      {
        event_id,
        distinct_id: 'anon-1',
        person_id: null,
        event: '$pageview',
        properties: { path: '/', n: 1.5 },
        timestamp: at(1),
        received_at: at(500),
        environment_id: PROD,
        user_agent: null,
        lib: null,
        lib_version: null,
        clock_skew: false,
      },
    ]);
  });

  it.each(['desc', 'asc'] as const)(
    'page through every event once, order %s, also with equal timestamps',
    async (order) => {
      const org = randomUUID();
      const seeds = Array.from({ length: 23 }, (_, i) => ({ event_id: randomUUID(), timestamp: at(i >> 3) }));
      await store(org, seeds);

      const seen = await everyPage(org, {}, { limit: 4, order });

      const ascending = seeds.toSorted((a, b) => (a.timestamp + a.event_id < b.timestamp + b.event_id ? -1 : 1));
      expect(idsOf(seen)).toEqual(idsOf(order === 'asc' ? ascending : ascending.toReversed()));
    },
  );

  it('page without loss or duplicates while events are stored', async () => {
    const org = randomUUID();
    const seeds = Array.from({ length: 20 }, (_, i) => ({ event_id: randomUUID(), timestamp: at(i) }));
    await store(org, seeds);
    let late = 1_000;

    const seen = await everyPage(org, {}, { limit: 3 }, () =>
      store(org, [{ timestamp: at((late += 1)) }, { timestamp: at(late) }]),
    );

    expect(idsOf(seen)).toEqual(idsOf(seeds.toReversed()));
  });

  it('page across months', async () => {
    const org = randomUUID();
    const months = [0, 40, 80, 500, 900].map((days) => new Date(HOUR - days * 24 * HOUR_MS).toISOString());
    await store(
      org,
      months.map((timestamp) => ({ timestamp })),
    );

    const seen = await everyPage(org, {}, { limit: 2 });

    expect(seen.map(({ timestamp }) => timestamp)).toEqual(months);
  });

  it.each<[string, EventFilter, string[]]>([
    ['distinct id', { distinct_id: 'ada' }, ['b', 'a']],
    ['distinct id, without wildcards', { distinct_id: 'ad%' }, []],
    ['name', { event_name: 'bought' }, ['c', 'b']],
    ['environment', { environment_id: DEV }, ['c']],
    ['person', { person_id: '01900000-0000-7000-8000-0000000000f1' }, ['d']],
    ['start, inclusive', { start_time: at(3) }, ['d', 'c']],
    ['end, inclusive', { end_time: at(2) }, ['b', 'a']],
    ['equal start and end', { start_time: at(2), end_time: at(2) }, ['b']],
    ['an end before the start', { start_time: at(3), end_time: at(2) }, []],
    ['a text property', { properties: { plan: 'pro' } }, ['b', 'a']],
    ['a number property', { properties: { seats: '5' } }, ['a']],
    ['a text property with digits', { properties: { seats: '6' } }, ['b']],
    ['a number property with a fraction', { properties: { price: '9.5' } }, ['c']],
    ['a boolean property', { properties: { trial: 'true' } }, ['c']],
    ['null, which equals no text', { properties: { plan: 'null' } }, []],
    ['an object, which equals no text', { properties: { nested: '{"a": 1}' } }, []],
    ['a property that no event has', { properties: { 'no such': '' } }, []],
    ['an empty text and name', { properties: { '': '' } }, ['d']],
    ['two properties', { properties: { plan: 'pro', seats: '5' } }, ['a']],
    ['several fields', { properties: { plan: 'pro' }, event_name: 'bought', distinct_id: 'ada' }, ['b']],
    ['values that look like SQL', { properties: { "plan' or '1'='1": "x' or '1'='1" } }, []],
    ['an empty filter', {}, ['d', 'c', 'b', 'a']],
  ])('find by %s, and count the same events', async (_what, filter, expected) => {
    const org = randomUUID();
    const ids = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, randomUUID()]));
    await store(org, [
      { event_id: ids['a'], timestamp: at(1), distinct_id: 'ada', properties: { plan: 'pro', seats: 5 } },
      {
        event_id: ids['b'],
        timestamp: at(2),
        distinct_id: 'ada',
        event_name: 'bought',
        properties: { plan: 'pro', seats: '6' },
      },
      {
        event_id: ids['c'],
        timestamp: at(3),
        event_name: 'bought',
        environment_id: DEV,
        properties: { price: 9.5, trial: true, plan: null, nested: { a: 1 } },
      },
      {
        event_id: ids['d'],
        timestamp: at(4),
        environment_id: PROD,
        person_id: '01900000-0000-7000-8000-0000000000f1',
        properties: { '': '' },
      },
    ]);

    const { data, total } = await list(org, filter, page(), true);

    expect(idsOf(data)).toEqual(expected.map((name) => ids[name]));
    expect(total).toBe(expected.length);
    expect(await count(org, filter)).toBe(expected.length);
  });

  it('count exactly for every start and end of a filter', async () => {
    const org = randomUUID();
    const times = [-1, 0, 1, HOUR_MS - 1, HOUR_MS, 2 * HOUR_MS - 1, 2 * HOUR_MS, 2 * HOUR_MS + 1, 3 * HOUR_MS];
    await store(
      org,
      times.map((ms, i) => ({ timestamp: at(ms), event_name: i % 2 ? 'odd' : 'even' })),
    );
    const borders = [undefined, ...times, HOUR_MS / 2];

    for (const from of borders) {
      for (const to of borders) {
        const filter = {
          ...(from !== undefined && { start_time: at(from) }),
          ...(to !== undefined && { end_time: at(to) }),
        };
        const within = times.filter((ms) => ms >= (from ?? -Infinity) && ms <= (to ?? Infinity));
        expect([from, to, await count(org, filter)]).toEqual([from, to, within.length]);
        const odd = within.filter((ms) => times.indexOf(ms) % 2 === 1);
        expect(await count(org, { ...filter, event_name: 'odd' })).toBe(odd.length);
      }
    }
  });

  it('count whole hours from their counters', async () => {
    const org = randomUUID();
    await store(org, [{}, {}]);
    await rowsAs(servers.postgresUrl, 'system', `update event_hour set count = 1000 where org_id = $1`, [org], org);

    const range = { start_time: at(0), end_time: at(HOUR_MS - 1) };

    expect(await count(org, range)).toBe(1_000);
    expect(await count(org, { ...range, end_time: at(HOUR_MS - 2) })).toBe(2);
    expect(await count(org, { ...range, distinct_id: 'd1' })).toBe(2);
  });

  it('read the scope once per query, not once per event', async () => {
    const plan = await rowsAs<{ 'QUERY PLAN': string }>(servers.postgresUrl, 'app', 'explain select from event');

    const lines = plan.map((row) => row['QUERY PLAN']);
    expect(lines.some((line) => line.includes('Filter'))).toBe(true);
    expect(lines.filter((line) => line.includes('Filter') && line.includes('current_setting'))).toEqual([]);
  });

  it('show an organization no events of another one, and refuse its cursors', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    await store(one, [{}, {}]);
    await store(two, [{ distinct_id: 'other' }]);

    const { data, next_cursor } = await list(one, {}, page({ limit: 1 }));

    expect(data).toHaveLength(1);
    expect((await list(two, {}, page(), true)).total).toBe(1);
    expect(await count(two, { distinct_id: 'd1' })).toBe(0);
    await expect(list(two, {}, page({ cursor: next_cursor! }))).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
  });

  it('end a page early when more events would not fit into one message', async () => {
    const org = randomUUID();
    const properties = { text: 'x'.repeat(60_000) };
    await store(
      org,
      Array.from({ length: 120 }, (_, i) => ({ timestamp: at(i), properties })),
    );

    const first = await list(org, {}, page({ limit: 200 }));
    const all = await everyPage(org, {}, { limit: 200 });

    expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(2.1 * 1024 * 1024);
    expect(first.has_more).toBe(true);
    expect(new Set(idsOf(all)).size).toBe(120);
  });

  it.each(['asc', 'desc'] as const)('full of 1e308 are read page by page, order %s', async (order) => {
    const org = randomUUID();
    // 60 kB in a request, 3.4 MB as Postgres writes it: 200 of them are 680 MB.
    const properties = { numbers: Array.from({ length: 11_000 }, () => 1e308) };
    await store(
      org,
      Array.from({ length: 12 }, (_, i) => ({ timestamp: at(i), properties })),
    );

    const first = await list(org, {}, page({ limit: 200, order }));
    const all = await everyPage(org, {}, { limit: 200, order });

    expect(first.data).toHaveLength(1);
    expect(first.data[0]?.properties).toEqual(properties);
    expect(new Set(idsOf(all)).size).toBe(12);
  });

  describe('of an export', () => {
    const audited = (org: string) =>
      rowsAs<{ payload: string }>(servers.postgresUrl, 'system', `select payload from outbox where subject = $1`, [
        `audit.recorded.${org}`,
      ]);

    it('return every event once, in parts, and write one audit entry', async () => {
      const org = randomUUID();
      const seeds = Array.from({ length: 1_234 }, (_, i) => ({ event_id: randomUUID(), timestamp: at(i) }));
      await store(org, seeds);

      const seen: EventView[] = [];
      let cursor: string | undefined;
      do {
        const command = { filter: { distinct_id: 'd1' }, format: 'csv', cursor } as const;
        const part = await analytics.exportEvents.execute(command, systemOrigin(org, 'r-1'));
        seen.push(...part.events);
        cursor = part.next_cursor ?? undefined;
      } while (cursor !== undefined);

      expect(idsOf(seen)).toEqual(idsOf(seeds.toReversed()));
      const [entry, ...more] = await audited(org);
      expect(more).toEqual([]);
      expect(JSON.parse(entry!.payload)).toMatchObject({
        org_id: org,
        data: {
          event: 'EventsExported',
          severity: 'info',
          action: 'export',
          request_id: 'r-1',
          metadata: { format: 'csv', filter: { distinct_id: 'd1' }, count: 1_234 },
        },
      });
    });

    it('refuse more than 10,000 events and write no audit entry then', async () => {
      const org = randomUUID();
      await store(
        org,
        Array.from({ length: 10_000 }, (_, i) => ({ timestamp: at(i) })),
      );
      const begin = () => analytics.exportEvents.execute({ filter: {}, format: 'ndjson' }, systemOrigin(org, 'r-2'));
      await begin();
      await store(org, [{}]);

      await expect(begin()).rejects.toMatchObject({ code: 'too_large', details: [{ limit: 10_000 }] });
      expect(await audited(org)).toHaveLength(1);
    });
  });
});
