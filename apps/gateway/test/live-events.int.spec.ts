import { headers } from '@nats-io/transport-node';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import {
  MemberRemovedV1,
  PACK_HEADERS,
  PACK_OF_EVENTS,
  packSubject,
  systemOrigin,
  type EventRow,
} from '#libs/contracts';
import { completeFact } from '#libs/facts';
import { until } from '#libs/testing';
import { event } from '../src/openapi/analytics-examples.js';
import { ORG } from './builders.js';
import { gatewayProcess, type GatewayProcess } from './world.js';

const org = `/api/orgs/${ORG.id}/analytics`;

describe('the stream of live events', () => {
  let gateway: GatewayProcess;
  let token: string;
  beforeAll(async () => {
    gateway = await gatewayProcess();
    token = await gateway.services.person('u-member', { role: 'member' });
  });
  afterAll(() => gateway.stop());
  const row: EventRow = {
    event_id: event.event_id,
    distinct_id: 'ada',
    event: 'bought',
    properties: { plan: 'pro' },
    timestamp: event.timestamp,
    received_at: event.received_at,
    ip: '203.0.113.9',
  };
  const streams: AbortController[] = [];
  afterEach(() => streams.splice(0).forEach((stream) => stream.abort()));

  async function watch(query = '', credential = token) {
    const abort = new AbortController();
    streams.push(abort);
    const response = await fetch(`${gateway.running.url}${org}/live${query}`, {
      headers: { authorization: `Bearer ${credential}` },
      signal: abort.signal,
    });
    const heard: EventSourceMessage[] = [];
    const watcher = { response, heard, hasEnded: false, abort };
    const parser = createParser({ onEvent: (message) => heard.push(message) });
    const read = async (): Promise<void> => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body!) parser.feed(decoder.decode(chunk, { stream: true }));
    };
    void read()
      .catch(() => undefined)
      .then(() => (watcher.hasEnded = true));
    if (response.status === 200) await until(() => heard.some((message) => message.event === 'listening'));
    return watcher;
  }
  async function publish(rows: readonly unknown[], orgId = ORG.id, kind: string = PACK_OF_EVENTS.kind): Promise<void> {
    const head = headers();
    head.set(PACK_HEADERS.kind, kind);
    (await gateway.bus.connection()).publish(packSubject(orgId), JSON.stringify(rows), { headers: head });
    await gateway.bus.flush();
  }
  const named = (heard: readonly EventSourceMessage[], name: string) =>
    heard.filter((message) => message.event === name).map(({ data }) => JSON.parse(data) as Record<string, unknown>);

  it('sends events without the client address, and none of other organizations or that cannot be stored', async () => {
    const { heard, response } = await watch();
    await publish([{ ...row, distinct_id: 'other' }], '01900000-0000-7000-8000-00000000000b');
    await publish([{ distinct_id: 'broken' }, 7], ORG.id);
    await publish([row], ORG.id, 'persons');
    await publish([row, { ...row, event: 'viewed' }]);
    await until(() => named(heard, 'event').length >= 2);

    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(named(heard, 'event')).toMatchObject([
      { event_id: row.event_id, distinct_id: 'ada', event: 'bought', person_id: null, properties: { plan: 'pro' } },
      { event: 'viewed' },
    ]);
    expect(JSON.stringify(heard)).not.toContain('203.0.113.9');
  });

  it('sends each reader the events that match its filter', async () => {
    const [all, pro] = await Promise.all([watch(), watch('?properties[plan]=pro&event_name=bought&distinct_id=ada')]);
    await publish([{ ...row, properties: {} }, { ...row, event: 'viewed' }, { ...row, distinct_id: 'x' }, row]);
    await until(() => named(all.heard, 'event').length === 4 && named(pro.heard, 'event').length > 0);

    expect(named(pro.heard, 'event')).toHaveLength(1);
  });

  it('ends with the access token', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 2;
    const watcher = await watch('', await gateway.services.token('u-member', { exp }));
    await until(() => watcher.hasEnded);

    expect(watcher.heard.at(-1)).toMatchObject({ event: 'error', data: '{"code":"invalid_token"}' });
  });

  it('ends within a second when its person is removed, and shows no event after that', async () => {
    const watcher = await watch('', await gateway.services.person('u-gone', { role: 'member' }));
    const other = await watch();
    gateway.services.memberships.delete('u-gone');
    const data = { user_id: 'u-gone', role: 'member', permissions: [] };
    const fact = MemberRemovedV1.of(systemOrigin(ORG.id, 'r'), data);
    const text = JSON.stringify(completeFact(fact, { id: row.event_id, at: new Date(), source: 'accounts' }));
    (await gateway.bus.connection()).publish(MemberRemovedV1.subject(ORG.id), text);
    for (let i = 0; i < 20; i += 1) await publish([row]);
    await until(() => watcher.hasEnded);
    await until(() => named(other.heard, 'event').length === 20);

    expect(named(watcher.heard, 'event')).toEqual([]);
    expect(watcher.heard.at(-1)).toMatchObject({ event: 'error', data: '{"code":"not_found"}' });
  });

  it('is bounded for each person and organization', async () => {
    const five = await Promise.all(Array.from({ length: 5 }, () => watch()));
    const response = await fetch(`${gateway.running.url}${org}/live`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([response.status, await response.json()]).toMatchObject([429, { error: { code: 'rate_limited' } }]);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);

    for (const id of ['u-2', 'u-3', 'u-4']) {
      const another = await gateway.services.person(id, { role: 'member' });
      await Promise.all(Array.from({ length: 5 }, () => watch('', another)));
    }
    const last = await gateway.services.person('u-5', { role: 'member' });
    expect((await watch('', last)).response.status).toBe(429);

    five[0]!.abort.abort();
    await until(async () => (await watch('', last)).response.status === 200);
  });

  it('counts the events that a reader does not read in time, and sends the count later', async () => {
    const abort = new AbortController();
    streams.push(abort);
    const response = await fetch(`${gateway.running.url}${org}/live`, {
      headers: { authorization: `Bearer ${token}` },
      signal: abort.signal,
    });
    const heard: EventSourceMessage[] = [];
    const big = { ...row, properties: { text: 'x'.repeat(60_000) } };
    const SENT = 400;
    for (let i = 0; i < SENT; i += 8) await publish(Array.from({ length: 8 }, () => big));
    const parser = createParser({ onEvent: (message) => heard.push(message) });
    const decoder = new TextDecoder();
    void (async () => {
      for await (const chunk of response.body!) parser.feed(decoder.decode(chunk, { stream: true }));
    })().catch(() => undefined);
    const dropped = () => named(heard, 'dropped').reduce((sum, { count }) => sum + Number(count), 0);
    await until(() => dropped() + named(heard, 'event').length === SENT);

    expect(dropped()).toBeGreaterThan(0);
  });

  it('refuses unknown filters', async () => {
    const { response } = await watch('?start_time=2026-01-01');

    expect(response.status).toBe(400);
  });

  it('answers HEAD without opening a stream', async () => {
    const { status } = await gateway.call('HEAD', `${org}/live`, { token });

    expect(status).toBe(200);
  });

  it('asks readers to reconnect when the process stops', async () => {
    const own = await gatewayProcess();
    const member = await own.services.person('u-member', { role: 'member' });
    const response = await fetch(`${own.running.url}${org}/live`, { headers: { authorization: `Bearer ${member}` } });

    const [text] = await Promise.all([response.text(), own.stop()]);

    expect(text).toMatch(/event: reconnect\ndata: {"delay_ms":\d+}\n\n$/);
  });
});
