import { randomUUID } from 'node:crypto';
import { bearer, call, type PrivateServers, privateServers } from '#libs/local-servers';
import { type Layout, newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { StreamListener } from '../support/stream.js';

interface Event {
  readonly event_id: string;
  readonly distinct_id: string;
  readonly event: string;
  readonly person_id: null;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly environment_id: string | null;
}
interface Listed {
  readonly data: readonly Event[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
  readonly total?: number;
}
interface Shop extends Workplace {
  readonly write: string;
  readonly writeProd: string;
  readonly rw: string;
  readonly rwProd: string;
}

describe.each<Layout>(['standalone', 'split'])('events that were captured, %s', (layout) => {
  let servers: PrivateServers;
  let platform: Platform;
  let shop: Shop;
  let other: Shop;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, layout);
    [shop, other] = [await newShop('Shop'), await newShop('Other')];
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  async function newShop(name: string): Promise<Shop> {
    const work = await newWorkplace(platform, name);
    const key = async (key_type: string, environment?: string): Promise<string> =>
      (await work.person.must<{ key: string }>('POST', '/analytics/keys', { name, key_type, environment })).key;
    const [write, writeProd] = [await key('write'), await key('write', 'prod')];
    return { ...work, write, writeProd, rw: await key('rw'), rwProd: await key('rw', 'prod') };
  }

  const api = <T>(key: string, method: string, path: string, body?: unknown) =>
    call<T>(method, `${platform.baseUrl}/api/analytics${path}`, body, bearer(key));
  const capture = async (key: string, batch: readonly object[]): Promise<void> => {
    expect((await api(key, 'POST', '/batch', { batch })).status).toBe(200);
  };
  const list = async (key: string, query: string): Promise<Listed> =>
    (await api<Listed>(key, 'GET', `/events?${query}`)).body;
  const count = async (key: string, query: string): Promise<number> =>
    (await api<{ count: number }>(key, 'GET', `/events/count?${query}`)).body.count;
  const settled = (key: string, query: string, wanted: number) =>
    until(async () => (await count(key, query)) === wanted);
  const exported = async (key: string, body: object) => {
    const response = await fetch(`${platform.baseUrl}/api/analytics/events/export`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };

  it('are listed and counted, with and without filters, by keys and by people of that organization alone', async () => {
    const name = 'bought';
    const batch = Array.from({ length: 30 }, (_, i) => ({
      event_id: randomUUID(),
      distinct_id: i % 3 === 0 ? 'ada' : 'bob',
      event: name,
      properties: { plan: i % 2 === 0 ? 'pro' : 'free', seats: i },
      timestamp: new Date(Date.now() - i * 3_600_000).toISOString(),
    }));
    await capture(shop.write, batch);
    await capture(shop.write, batch);
    await capture(other.write, [{ distinct_id: 'ada', event: name, properties: { plan: 'pro' } }]);
    await settled(shop.rw, `event_name=${name}`, 30);
    await settled(other.rw, `event_name=${name}`, 1);

    const seen: Event[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await list(shop.rw, `event_name=${name}&limit=7${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.data);
      cursor = page.next_cursor;
    }

    expect(seen.map(({ event_id }) => event_id)).toEqual(batch.map(({ event_id }) => event_id));
    expect(seen[0]).toMatchObject({ distinct_id: 'ada', event: name, person_id: null, properties: { seats: 0 } });
    expect(await count(shop.rw, 'distinct_id=ada&properties[plan]=pro')).toBe(5);
    expect(await list(shop.rw, 'properties[seats]=7')).toMatchObject({ data: [{ event_id: batch[7]!.event_id }] });
    const [from, to] = [batch[20]!.timestamp, batch[10]!.timestamp];
    expect(await count(shop.rw, `start_time=${from}&end_time=${to}&event_name=${name}`)).toBe(11);
    const byPerson = await shop.person.must<Listed>(
      'GET',
      `/analytics/events?with_total=true&limit=2&event_name=${name}`,
    );
    expect(byPerson).toMatchObject({ has_more: true, total: 30, data: [{ event_id: batch[0]!.event_id }, {}] });
    expect(await shop.person.must('GET', '/analytics/events/count?distinct_id=ada')).toEqual({ count: 10 });
    const ofAnother = await api<{ error: object }>(
      other.rw,
      'GET',
      `/events?cursor=${(await list(shop.rw, 'limit=1')).next_cursor}`,
    );
    expect([ofAnother.status, ofAnother.body]).toMatchObject([400, { error: { code: 'invalid_cursor' } }]);
  });

  it('of an environment are all that its key shows', async () => {
    await capture(shop.write, [{ distinct_id: 'env', event: 'somewhere' }]);
    await capture(shop.writeProd, [{ distinct_id: 'env', event: 'in_prod' }]);
    await settled(shop.rw, 'distinct_id=env', 2);

    const { data } = await list(shop.rwProd, 'distinct_id=env');

    expect(data.map(({ event }) => event)).toEqual(['in_prod']);
    expect(await count(shop.rw, 'distinct_id=env&environment=prod')).toBe(1);
    expect((await api(shop.rwProd, 'GET', '/events?environment=dev')).status).toBe(400);
  });

  it('are exported whole, with an entry in the audit log, and no cell is a formula', async () => {
    const formula = '=HYPERLINK("http://x","y")';
    await capture(shop.write, [{ distinct_id: formula, event: 'exported', properties: { n: 1 } }]);
    await capture(shop.write, [{ distinct_id: 'plain', event: 'exported', properties: { text: 'a,"b"' } }]);
    await settled(shop.rw, 'event_name=exported', 2);

    const [lines, table, refused] = await Promise.all([
      exported(shop.rw, { event_name: 'exported' }),
      exported(shop.rw, { event_name: 'exported', format: 'csv' }),
      exported(shop.write, {}),
    ]);

    expect([lines.status, table.status, refused.status]).toEqual([200, 200, 403]);
    const ids = lines.text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Event).distinct_id);
    expect(ids.toSorted()).toEqual([formula, 'plain']);
    expect(table.text).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
    expect(table.text.trim().split('\r\n')).toHaveLength(3);
    expect(lines.text + table.text).not.toContain('127.0.0.1');
    const entries = await until(async () => {
      const { data } = await shop.person.must<{ data: object[] }>('GET', '/audit?event=EventsExported');
      return data.length >= 2 && data;
    });
    const entry = { severity: 'info', actor: { type: 'api_key' }, metadata: { count: 2 } };
    expect(entries).toMatchObject([entry, entry]);
  });

  it('are seen as they come in', async () => {
    const path = `/api/orgs/${shop.orgId}/analytics/live?event_name=watched&properties[plan]=pro`;
    const live = await StreamListener.open(platform.baseUrl + path, shop.person.accessToken);
    await until(() => live.find('listening'));

    await capture(other.write, [{ distinct_id: 'x', event: 'watched', properties: { plan: 'pro' } }]);
    await capture(shop.write, [
      { distinct_id: 'free', event: 'watched', properties: { plan: 'free' } },
      { distinct_id: 'pro', event: 'watched', properties: { plan: 'pro' } },
    ]);
    const seen = await until(() => live.find('event'));
    live.close();

    expect(seen.data).toMatchObject({ distinct_id: 'pro', event: 'watched', person_id: null });
    expect(live.messages.filter(({ event }) => event === 'event')).toHaveLength(1);
  });
});
