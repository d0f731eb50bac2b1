import { ORG } from './builders.js';
import type { Asked } from './stand-ins.js';
import { gatewayProcess, type Call, type GatewayProcess } from './support.js';

const org = `/api/orgs/${ORG.id}`;
const flag = { key: 'checkout.new_flow', name: 'New checkout', type: 'boolean' };

describe('the management API', () => {
  let gateway: GatewayProcess;
  let token: string;
  beforeAll(async () => {
    gateway = await gatewayProcess();
    token = await gateway.standIns.person('u-admin', { role: 'admin', permissions: ['killswitch:activate'] });
  });
  afterAll(() => gateway.stop());
  beforeEach(async () => {
    await gateway.call('POST', `${org}/flags`, { token, body: flag });
    gateway.standIns.asked.length = 0;
  });
  const asked = (subject: string): Asked[] => gateway.standIns.asked.filter((one) => one.subject === subject);
  const send = (method: string, path: string, call: Call = {}) => gateway.call(method, org + path, { token, ...call });

  it('answers a created flag whole, with its ETag and the ruleset version from which it is in force', async () => {
    const { status, headers, body } = await send('POST', '/flags', { body: { ...flag, key: 'another.flag' } });

    expect([status, headers.get('etag'), headers.get('loom-version')]).toEqual([201, '"1"', '0mb8f2k1x.4.17']);
    expect(body).toMatchObject({ key: 'another.flag', type: 'boolean', version: 1 });
    expect(body).not.toHaveProperty('resource');
  });

  it('passes If-Match on as the version, and the current one back in a 412', async () => {
    const first = await send('PATCH', '/flags/checkout.new_flow', {
      body: { name: 'b' },
      headers: { 'if-match': '"1"' },
    });
    const second = await send('PATCH', '/flags/checkout.new_flow', {
      body: { name: 'c' },
      headers: { 'if-match': '"1"' },
    });
    const third = await send('PATCH', '/flags/checkout.new_flow', { body: { name: 'd' } });

    expect([first.status, first.headers.get('etag')]).toEqual([200, '"2"']);
    expect([second.status, second.code]).toEqual([412, 'version_conflict']);
    expect(second.body).toMatchObject({ error: { details: [{ version: 2 }] } });
    expect([third.status, third.headers.get('etag')]).toEqual([200, '"3"']);
  });

  it.each([
    ['PATCH', '', { name: 'x' }],
    ['PATCH', '/flags/checkout.new_flow', { name: 'x' }],
    ['PATCH', '/flags/checkout.new_flow/configs/dev', { enabled: true }],
    ['PATCH', '/kill-switches/stop_checkout', { name: 'x' }],
    ['DELETE', '/kill-switches/stop_checkout', undefined],
    ['POST', '/kill-switches/stop_checkout/activate', { reason: 'x' }],
  ])('honours If-Match: %s %s', async (method, path, body) => {
    await send(method, path, { body, headers: { 'if-match': '"1"' } });

    expect(gateway.standIns.asked.at(-1)?.command).toMatchObject({ if_version: 1 });
  });

  it.each([
    ['', '"3"'],
    ['/environments/dev', '"1"'],
    ['/flags/checkout.new_flow', '"1"'],
    ['/flags/checkout.new_flow/configs/dev', '"0"'],
    ['/kill-switches/stop_checkout', '"1"'],
  ])('gives an ETag: GET %s', async (path, etag) => {
    expect((await send('GET', path)).headers.get('etag')).toBe(etag);
  });

  it('answers a deletion with 204, no body, and the ruleset version', async () => {
    const { status, headers, body } = await send('DELETE', '/kill-switches/stop_checkout');

    expect([status, headers.get('loom-version'), body]).toEqual([204, '0mb8f2k1x.4.19', { text: '' }]);
  });

  it('tells the service on whose behalf and in which organization', async () => {
    await send('POST', '/flags', { body: flag, headers: { 'x-request-id': 'mine-1', 'user-agent': 'jest' } });

    expect(asked('rpc.flags.create_flag')).toMatchObject([
      {
        command: flag,
        origin: {
          scope: ORG.id,
          actor: { type: 'user', id: 'u-admin', name: 'ada@example.com' },
          request_id: 'mine-1',
          user_agent: 'jest',
          ip: '127.0.0.1',
        },
      },
    ]);
  });

  it('asks for the page and the filter of the query', async () => {
    await send('GET', '/flags?limit=7&order=desc&cursor=abc&search=check&tag=t&archived=false&platform=true');
    await send('GET', '/audit?event=FlagUpdated&severity=notice&from=2026-01-01&limit=1');

    expect(asked('rpc.flags.list_flags')[0]?.command).toEqual({
      filter: { search: 'check', tag: 't', archived: false, platform: true },
      page: { limit: 7, order: 'desc', cursor: 'abc' },
    });
    expect(asked('rpc.audit.list_entries')[0]?.command).toEqual({
      filter: { event: 'FlagUpdated', severity: 'notice', from: '2026-01-01T00:00:00.000Z' },
      page: { limit: 1, order: 'desc' },
    });
  });

  it('answers lists as pages', async () => {
    const { body } = await send('GET', '/flags');

    expect(body).toMatchObject({
      data: [{ key: 'checkout.new_flow', configs: [{ environment: 'dev' }] }],
      next_cursor: null,
      has_more: false,
    });
  });

  it.each([
    [
      '/environments/dev/sdk-keys',
      { name: 'Shop', key_type: 'client' },
      { key_type: 'flags_client', environment: 'dev' },
    ],
    ['/analytics/keys', { name: 'Shop', key_type: 'rw' }, { key_type: 'analytics_rw' }],
  ])('creates keys: POST %s', async (path, body, command) => {
    const answer = await send('POST', path, { body });

    expect(asked('rpc.accounts.create_api_key')[0]?.command).toMatchObject({ name: 'Shop', ...command });
    expect([answer.status, answer.body]).toMatchObject([
      201,
      { key_type: body.key_type, key: expect.stringMatching(/^loom_/) },
    ]);
  });

  it('serves its OpenAPI document, and a page that asks for nothing else', async () => {
    const document = await gateway.call('GET', '/api/openapi.json');
    const page = await gateway.call('GET', '/');

    expect([document.status, document.body['openapi']]).toEqual([200, '3.1.0']);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.body['text']).toContain('<h1>Loom</h1>');
    expect(page.body['text']).not.toMatch(/src=|https?:/);
  });
});

describe('the management API while NATS is away', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await gatewayProcess();
  });
  afterAll(() => gateway.stop());

  const whenBack = async (token: string): Promise<number> => {
    for (;;) {
      const { status } = await gateway.call('GET', `${org}/flags`, { token });
      if (status !== 503) return status;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('is 503 bus_unavailable, works again when NATS is back, and has forgotten who was a member before', async () => {
    const { standIns, servers } = gateway;
    const token = await standIns.person('u-admin', { role: 'admin' });
    const leaver = await standIns.person('u-leaver', { role: 'admin' });
    for (const who of [token, leaver]) {
      expect((await gateway.call('POST', `${org}/flags`, { token: who, body: flag })).status).toBe(201);
    }

    await servers.nats.kill9();
    const away = await gateway.call('POST', `${org}/flags`, { token, body: flag });
    standIns.memberships.delete('u-leaver');
    await servers.nats.restart();

    expect([away.status, away.code, away.headers.get('retry-after')]).toEqual([503, 'bus_unavailable', '1']);
    expect([await whenBack(token), await whenBack(leaver)]).toEqual([200, 404]);
  });

  it('is 503 when the service that is asked is not there', async () => {
    const token = await gateway.standIns.person('u-admin', { role: 'admin' });
    await gateway.call('GET', `${org}/flags`, { token });

    await gateway.bus.drain();

    const { status, code } = await gateway.call('GET', `${org}/flags`, { token });
    expect([status, code]).toEqual([503, 'bus_unavailable']);
  });
});
