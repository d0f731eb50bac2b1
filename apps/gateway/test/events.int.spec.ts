import { accountsRpc, analyticsRpc } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { event } from '../src/openapi/analytics-examples.js';
import * as examples from '../src/openapi/examples.js';
import { ORG } from './builders.js';
import { gatewayProcess, type GatewayProcess } from './world.js';

const org = `/api/orgs/${ORG.id}/analytics`;
const DEV = { id: '01900000-0000-7000-8000-0000000000d1', name: 'dev' };
const RW = `loom_analytics_rw_${'1'.repeat(40)}`;
const RW_DEV = `loom_analytics_rw_dev_${'2'.repeat(40)}`;
const WRITE = `loom_analytics_write_${'3'.repeat(40)}`;
const FLAGS = `loom_flags_server_dev_${'4'.repeat(40)}`;

describe('the event store at the gateway', () => {
  let gateway: GatewayProcess;
  let token: string;
  beforeAll(async () => {
    gateway = await gatewayProcess();
    for (const key of [RW, RW_DEV, WRITE, FLAGS]) await gateway.services.key(key);
    const record = gateway.services.keys.get('2'.repeat(12))!;
    gateway.services.keys.set('2'.repeat(12), { ...record, environment: DEV });
    token = await gateway.services.person('u-member', { role: 'member' });
  });
  afterAll(() => gateway.stop());
  beforeEach(() => void gateway.services.asked.splice(0));

  const asked = (subject: string) => gateway.services.asked.filter((one) => one.subject === subject);
  const get = (path: string, credential: string) => gateway.call('GET', path, { token: credential });

  it('receives the filters and the page of a person', async () => {
    const filters = 'distinct_id=ada&event_name=bought&properties[plan]=pro&properties[seats]=5&environment=dev';
    const page = 'limit=7&order=asc&with_total=true&start_time=2026-01-31T12:00:00Z&end_time=2026-02-01';

    const { status, body } = await get(`${org}/events?${filters}&${page}`, token);

    expect([status, body]).toEqual([200, examples.page(event)]);
    expect(asked(accountsRpc.getEnvironment.subject)).toMatchObject([{ command: { environment: 'dev' } }]);
    expect(asked(analyticsRpc.listEvents.subject)).toMatchObject([
      {
        origin: { scope: ORG.id, actor: { type: 'user', id: 'u-member' } },
        command: {
          filter: {
            distinct_id: 'ada',
            event_name: 'bought',
            environment_id: examples.environment.id,
            start_time: '2026-01-31T12:00:00.000Z',
            end_time: '2026-02-01T23:59:59.999Z',
            properties: { plan: 'pro', seats: '5' },
          },
          page: { limit: 7, order: 'asc' },
          with_total: true,
        },
      },
    ]);
  });

  it('lists the newest first, for people and for rw keys', async () => {
    expect((await get(`${org}/events`, token)).status).toBe(200);
    expect((await get('/api/analytics/events', RW)).body).toEqual(examples.page(event));
    expect((await get('/api/analytics/events/count', RW)).body).toEqual({ count: 12_345 });

    const [byPerson, byKey] = asked(analyticsRpc.listEvents.subject);
    expect(byPerson?.command).toEqual({ filter: {}, page: { limit: 50, order: 'desc' } });
    expect(byKey).toMatchObject({ command: byPerson?.command, origin: { scope: ORG.id, actor: { type: 'api_key' } } });
  });

  it('shows a key of an environment only that environment', async () => {
    for (const query of ['', '?environment=dev', `?environment=${DEV.id}`]) {
      expect((await get(`/api/analytics/events/count${query}`, RW_DEV)).status).toBe(200);
    }
    const other = await get('/api/analytics/events?environment=prod', RW_DEV);

    expect([other.status, other.code]).toEqual([400, 'environment_mismatch']);
    const filters = asked(analyticsRpc.countEvents.subject).map(
      ({ command }) => (command as { filter: object }).filter,
    );
    expect(filters).toEqual(Array(3).fill({ environment_id: DEV.id }));
  });

  it.each<[caller: string, method: string, path: string, by: () => string | undefined, verdict: [number, string]]>([
    ['a write key', 'GET', '/events', () => WRITE, [403, 'forbidden_for_key_type']],
    ['a write key', 'GET', '/events/count', () => WRITE, [403, 'forbidden_for_key_type']],
    ['a write key', 'POST', '/events/export', () => WRITE, [403, 'forbidden_for_key_type']],
    ['a flags key', 'GET', '/events', () => FLAGS, [403, 'forbidden_for_key_type']],
    ['a person', 'GET', '/events', () => token, [401, 'invalid_key']],
    ['a person', 'POST', '/events/export', () => token, [401, 'invalid_key']],
    ['no caller', 'GET', '/events', () => undefined, [401, 'unauthenticated']],
  ])('does not accept %s on %s %s', async (_caller, method, path, credential, verdict) => {
    const body = method === 'POST' ? {} : undefined;
    const answer = await gateway.call(method, `/api/analytics${path}`, { token: credential(), body });

    expect([answer.status, answer.code]).toEqual(verdict);
  });

  it.each([
    ['limit=0', 'invalid_limit'],
    ['limit=201', 'invalid_limit'],
    ['limit=ten', 'invalid_limit'],
    ['sort=(select%20pg_sleep(5))', 'unknown_field'],
    ['properties=pro', 'unknown_field'],
    ['properties[]=pro', 'unknown_field'],
    ['person_id=7', 'invalid_id'],
    ['start_time=yesterday', 'invalid_timestamp'],
    ['end_time=0000-01-01', 'invalid_timestamp'],
    ['environment=DEV', 'invalid_environment_name'],
    ['with_total=1', 'invalid_type'],
    [Array.from({ length: 11 }, (_, i) => `properties[p${i}]=1`).join('&'), 'invalid_properties'],
    [`properties[a]=${'x'.repeat(1_001)}`, 'too_long'],
    ['distinct_id=a%00', 'invalid_string'],
  ])('refuses ?%s', async (query, code) => {
    const answer = await get(`/api/analytics/events?${query}`, RW);

    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(gateway.services.asked).toEqual([]);
  });

  it.each<[object | string, string]>([
    [{ format: 'xlsx' }, 'invalid_type'],
    [{ limit: 5 }, 'unknown_field'],
    [{ distinct_id: 5 }, 'invalid_distinct_id'],
    [{ person_id: '7' }, 'invalid_id'],
    [{ event_name: 'x'.repeat(201) }, 'invalid_event_name'],
    [{ environment: 'DEV' }, 'invalid_environment_name'],
    [{ start_time: 'yesterday' }, 'invalid_timestamp'],
    [{ end_time: '0000-01-01T00:00:00Z' }, 'invalid_timestamp'],
    [{ properties: [] }, 'invalid_properties'],
    [{ properties: { plan: null } }, 'invalid_properties'],
    [{ properties: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`p${i}`, 1])) }, 'invalid_properties'],
    ['[]', 'invalid_type'],
  ])('refuses an export of %j', async (body, code) => {
    const answer = await gateway.call('POST', '/api/analytics/events/export', { token: RW, body });

    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(gateway.services.asked.filter(({ subject }) => subject.includes('analytics'))).toEqual([]);
  });

  describe('exports events', () => {
    const formula = {
      ...event,
      event_id: examples.environment.id,
      distinct_id: '=1+1',
      properties: { note: 'a "b", c' },
    };
    beforeAll(() => {
      gateway.services.answer(analyticsRpc.exportEvents, ({ filter, cursor }) => {
        if (filter.event_name === 'many') throw new AppError('too_large', 'More than 10,000');
        if (filter.event_name === 'none') return { events: [], next_cursor: null };
        if (cursor === 'c2' && filter.event_name === 'broken') throw new AppError('store_unavailable', 'Away');
        return cursor === undefined ? { events: [event], next_cursor: 'c2' } : { events: [formula], next_cursor: null };
      });
      return gateway.bus.flush();
    });
    const exported = (body?: object) =>
      fetch(`${gateway.running.url}/api/analytics/events/export`, {
        method: 'POST',
        headers: { authorization: `Bearer ${RW}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      });

    it('as NDJSON, all of them by default', async () => {
      const response = await exported();

      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/x-ndjson');
      expect(response.headers.get('content-disposition')).toBe('attachment; filename="events.ndjson"');
      const lines = (await response.text()).split('\n');
      expect(lines.map((line) => (line === '' ? '' : (JSON.parse(line) as unknown)))).toEqual([event, formula, '']);
      expect(asked(analyticsRpc.exportEvents.subject).map(({ command }) => command)).toEqual([
        { filter: {}, format: 'ndjson' },
        { filter: {}, format: 'ndjson', cursor: 'c2' },
      ]);
    });

    it('as CSV without formulas', async () => {
      const response = await exported({
        format: 'csv',
        properties: { seats: 5, trial: true },
        start_time: '2026-01-31T12:00:00+01:00',
      });

      expect(response.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
      const [head, first, second, end] = (await response.text()).split('\r\n');
      expect(head).toBe(
        'event_id,timestamp,received_at,event,distinct_id,person_id,environment_id,user_agent,lib,lib_version,clock_skew,properties',
      );
      expect(first).toContain(`,bought,user-1,,${event.environment_id},`);
      expect(second).toContain(`,bought,"'=1+1",,`);
      expect(second?.endsWith(',false,"{""note"":""a \\""b\\"", c""}"')).toBe(true);
      expect(end).toBe('');
      expect(asked(analyticsRpc.exportEvents.subject)[0]?.command).toMatchObject({
        format: 'csv',
        filter: { properties: { seats: '5', trial: 'true' }, start_time: '2026-01-31T11:00:00.000Z' },
      });
    });

    it('as an empty table when nothing matches', async () => {
      expect(await (await exported({ event_name: 'none' })).text()).toBe('');
      expect((await (await exported({ event_name: 'none', format: 'csv' })).text()).split('\r\n')).toHaveLength(2);
    });

    it('with 413 when too many match', async () => {
      const response = await exported({ event_name: 'many' });

      expect([response.status, await response.json()]).toMatchObject([413, { error: { code: 'too_large' } }]);
    });

    it('as a broken download when the store fails in between', async () => {
      const response = await exported({ event_name: 'broken' });

      await expect(response.text()).rejects.toThrow();
    });
  });
});
