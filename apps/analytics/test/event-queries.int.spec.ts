import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { systemOrigin, type EventFilter, type EventView, type Page } from '#libs/contracts';
import { Database, roleUrl } from '#libs/postgres';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { PostgresEventQueries } from '../src/db/postgres-event-queries.js';
import { asRole, prepared, ROLE_SECRET } from './support.js';

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

describe('questions to the event store', () => {
  let servers: PrivateServers;
  let database: Database;
  let events: PostgresEventQueries;
  let writer: pg.Pool;
  beforeAll(async () => {
    servers = await privateServers();
    await prepared(servers.postgresUrl);
    database = Database.open({ url: servers.postgresUrl, roleSecret: ROLE_SECRET, service: 'analytics' });
    events = new PostgresEventQueries(database);
    const url = roleUrl({ url: servers.postgresUrl, roleSecret: ROLE_SECRET }, 'analytics', 'system');
    writer = new pg.Pool({ connectionString: url, options: '-c search_path=analytics', max: 2 });
    writer.on('error', () => undefined);
  });
  afterAll(async () => {
    await writer.end();
    await database.close();
    await servers.stop();
  });

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
    const text = JSON.stringify(rows);
    await writer.query(`insert into event select * from jsonb_populate_recordset(null::event, $1::jsonb)`, [text]);
    await writer.query(
      `insert into event_hour (org_id, event_name, hour, environment_id, count)
        select org_id, event_name, date_trunc('hour', timestamp),
          coalesce(environment_id, '00000000-0000-0000-0000-000000000000'), count(*)
        from jsonb_populate_recordset(null::event, $1::jsonb) group by 1, 2, 3, 4
        on conflict (org_id, event_name, hour, environment_id) do update set count = event_hour.count + excluded.count`,
      [text],
    );
  }

  const page = (wanted: Partial<Page> = {}): Page => ({ limit: 50, order: 'desc', ...wanted });
  async function everyPage(org: string, filter: EventFilter, wanted: Partial<Page>, between = async () => {}) {
    const seen: EventView[] = [];
    let cursor: string | undefined;
    do {
      const { data, next_cursor, has_more } = await events.list(org, filter, page({ ...wanted, cursor }), false);
      seen.push(...data);
      expect(has_more).toBe(next_cursor !== null);
      cursor = next_cursor ?? undefined;
      await between();
    } while (cursor !== undefined);
    return seen;
  }
  const idsOf = (some: readonly EventView[]): string[] => some.map(({ event_id }) => event_id);

  it('are answered with all that is known of an event but its address', async () => {
    const org = randomUUID();
    const seed = {
      distinct_id: 'anon-1',
      event_name: '$pageview',
      properties: { path: '/', n: 1.5 },
      timestamp: at(1),
    };
    const event_id = randomUUID();
    await store(org, [{ ...seed, event_id, environment_id: PROD }]);

    const { data } = await events.list(org, {}, page(), false);

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

  it.each(['desc', 'asc'] as const)('are paged once each, order %s, also where times are the same', async (order) => {
    const org = randomUUID();
    const seeds = Array.from({ length: 23 }, (_, i) => ({ event_id: randomUUID(), timestamp: at(i >> 3) }));
    await store(org, seeds);

    const seen = await everyPage(org, {}, { limit: 4, order });

    const ascending = seeds.toSorted((a, b) => (a.timestamp + a.event_id < b.timestamp + b.event_id ? -1 : 1));
    expect(idsOf(seen)).toEqual(idsOf((order === 'asc' ? ascending : ascending.toReversed()) as never));
  });

  it('are paged without loss or doubles while events come in', async () => {
    const org = randomUUID();
    const seeds = Array.from({ length: 20 }, (_, i) => ({ event_id: randomUUID(), timestamp: at(i) }));
    await store(org, seeds);
    let late = 1_000;

    const seen = await everyPage(org, {}, { limit: 3 }, () =>
      store(org, [{ timestamp: at((late += 1)) }, { timestamp: at(late) }]),
    );

    expect(idsOf(seen)).toEqual(idsOf(seeds.toReversed() as never));
  });

  it('are paged across the months they are kept in', async () => {
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
    ['distinct id, literally', { distinct_id: 'ad%' }, []],
    ['name', { event_name: 'bought' }, ['c', 'b']],
    ['environment', { environment_id: DEV }, ['c']],
    ['person', { person_id: '01900000-0000-7000-8000-0000000000f1' }, ['d']],
    ['start, inclusive', { start_time: at(3) }, ['d', 'c']],
    ['end, inclusive', { end_time: at(2) }, ['b', 'a']],
    ['both at one moment', { start_time: at(2), end_time: at(2) }, ['b']],
    ['an end before the start', { start_time: at(3), end_time: at(2) }, []],
    ['a text', { properties: { plan: 'pro' } }, ['b', 'a']],
    ['a number', { properties: { seats: '5' } }, ['a']],
    ['a number that is a text there', { properties: { seats: '6' } }, ['b']],
    ['a number with a fraction', { properties: { price: '9.5' } }, ['c']],
    ['a boolean', { properties: { trial: 'true' } }, ['c']],
    ['null, which is no text', { properties: { plan: 'null' } }, []],
    ['an object, which is no text', { properties: { nested: '{"a": 1}' } }, []],
    ['a property nobody has', { properties: { 'no such': '' } }, []],
    ['an empty text', { properties: { '': '' } }, ['d']],
    ['two properties', { properties: { plan: 'pro', seats: '5' } }, ['a']],
    ['several things', { properties: { plan: 'pro' }, event_name: 'bought', distinct_id: 'ada' }, ['b']],
    ['what would be SQL', { properties: { "plan' or '1'='1": "x' or '1'='1" } }, []],
    ['nothing', {}, ['d', 'c', 'b', 'a']],
  ])('find by %s, and count the same', async (_what, filter, expected) => {
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

    const { data, total } = await events.list(org, filter, page(), true);

    expect(idsOf(data)).toEqual(expected.map((name) => ids[name]));
    expect(total).toBe(expected.length);
    expect(await events.count(org, filter)).toBe(expected.length);
  });

  it('are counted exactly wherever a filter begins and ends', async () => {
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
        expect([from, to, await events.count(org, filter)]).toEqual([from, to, within.length]);
        const odd = within.filter((ms) => times.indexOf(ms) % 2 === 1);
        expect(await events.count(org, { ...filter, event_name: 'odd' })).toBe(odd.length);
      }
    }
  });

  it('are counted by whole hours, not one by one', async () => {
    const org = randomUUID();
    await store(org, [{}, {}]);
    await asRole(servers.postgresUrl, 'system', `update event_hour set count = 1000 where org_id = $1`, [org], org);

    const range = { start_time: at(0), end_time: at(HOUR_MS - 1) };

    expect(await events.count(org, range)).toBe(1_000);
    expect(await events.count(org, { ...range, end_time: at(HOUR_MS - 2) })).toBe(2);
    expect(await events.count(org, { ...range, distinct_id: 'd1' })).toBe(2);
  });

  it('read once whose they are, and not at each event', async () => {
    const plan = await asRole<{ 'QUERY PLAN': string }>(servers.postgresUrl, 'app', 'explain select from event');

    const lines = plan.map((row) => row['QUERY PLAN']);
    expect(lines.some((line) => line.includes('Filter'))).toBe(true);
    expect(lines.filter((line) => line.includes('Filter') && line.includes('current_setting'))).toEqual([]);
  });

  it('show an organization nothing of another, and refuse its cursors', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    await store(one, [{}, {}]);
    await store(two, [{ distinct_id: 'other' }]);

    const { data, next_cursor } = await events.list(one, {}, page({ limit: 1 }), false);

    expect(data).toHaveLength(1);
    expect((await events.list(two, {}, page(), true)).total).toBe(1);
    expect(await events.count(two, { distinct_id: 'd1' })).toBe(0);
    await expect(events.list(two, {}, page({ cursor: next_cursor! }), false)).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
  });

  it('are cut into pages that fit into one message', async () => {
    const org = randomUUID();
    const properties = { text: 'x'.repeat(60_000) };
    await store(
      org,
      Array.from({ length: 120 }, (_, i) => ({ timestamp: at(i), properties })),
    );

    const first = await events.list(org, {}, page({ limit: 200 }), false);
    const all = await everyPage(org, {}, { limit: 200 });

    expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(5 * 1024 * 1024);
    expect(first.has_more).toBe(true);
    expect(new Set(idsOf(all)).size).toBe(120);
  });

  describe('for an export', () => {
    const audited = (org: string) =>
      asRole<{ payload: string }>(servers.postgresUrl, 'system', `select payload from outbox where subject = $1`, [
        `audit.recorded.${org}`,
      ]);

    it('come in parts, once each, after an entry in the audit log', async () => {
      const org = randomUUID();
      const seeds = Array.from({ length: 1_234 }, (_, i) => ({ event_id: randomUUID(), timestamp: at(i) }));
      await store(org, seeds);

      await events.beginExport(systemOrigin(org, 'r-1'), { distinct_id: 'd1' }, 'csv');
      const seen: EventView[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const part = await events.exportPart(org, { distinct_id: 'd1' }, cursor);
        seen.push(...part.events);
        cursor = part.next_cursor;
      }

      expect(idsOf(seen)).toEqual(idsOf(seeds.toReversed() as never));
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

    it('are refused when there are more than 10,000, and nobody wrote that there was an export', async () => {
      const org = randomUUID();
      await store(
        org,
        Array.from({ length: 10_000 }, (_, i) => ({ timestamp: at(i) })),
      );
      const begin = () => events.beginExport(systemOrigin(org, 'r-2'), {}, 'ndjson');
      await begin();
      await store(org, [{}]);

      await expect(begin()).rejects.toMatchObject({ code: 'too_large', details: [{ limit: 10_000 }] });
      expect(await audited(org)).toHaveLength(1);
    });
  });
});
