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

  it.each([
    ['key with upper case', 'POST', '/flags', { key: 'Bad.flag', name: 'x', type: 'boolean' }, 400, 'invalid_flag_key'],
    ['key of two letters', 'POST', '/flags', { key: 'ab', name: 'x', type: 'boolean' }, 400, 'invalid_flag_key'],
    ['key of the wrong type', 'POST', '/flags', { key: 7, name: 'x', type: 'boolean' }, 400, 'invalid_flag_key'],
    ['no key', 'POST', '/flags', { name: 'x', type: 'boolean' }, 400, 'invalid_flag_key'],
    ['unknown type', 'POST', '/flags', { ...flag, type: 'date' }, 400, 'invalid_type'],
    ['mass assignment', 'POST', '/flags', { ...flag, version: 9 }, 400, 'unknown_field'],
    [
      'mass assignment and a bad key',
      'POST',
      '/flags',
      { key: 'X', name: 'x', type: 'boolean', org_id: 'y' },
      400,
      'unknown_field',
    ],
    ['variants that are no list', 'POST', '/flags', { ...flag, variants: {} }, 400, 'invalid_variant'],
    ['no name', 'POST', '/flags', { key: 'a.flag', type: 'boolean' }, 400, 'missing_field'],
    ['a blank name', 'POST', '/flags', { ...flag, name: ' ' }, 400, 'invalid_name'],
    ['a name of 201', 'POST', '/flags', { ...flag, name: 'x'.repeat(201) }, 400, 'too_long'],
    ['null where nothing may be emptied', 'POST', '/flags', { ...flag, tags: null }, 400, 'invalid_type'],
    ['two wrong fields: the first', 'POST', '/flags', { key: 'X', name: '', type: 'date' }, 400, 'invalid_flag_key'],
    ['a type that changes', 'PATCH', '/flags/checkout.new_flow', { type: 'string' }, 400, 'unknown_field'],
    ['rules that are no list', 'PATCH', '/flags/checkout.new_flow/configs/dev', { rules: 'x' }, 400, 'invalid_rule'],
    ['targets that are a list', 'PATCH', '/flags/checkout.new_flow/configs/dev', { targets: [] }, 400, 'invalid_type'],
    [
      'kill switch key with a dash',
      'POST',
      '/kill-switches',
      { key: 'a-b-c', name: 'x', linked_flag_keys: [] },
      400,
      'invalid_kill_switch_key',
    ],
    [
      'a linked key that is none',
      'POST',
      '/kill-switches',
      { key: 'abc', name: 'x', linked_flag_keys: ['A'] },
      400,
      'invalid_flag_key',
    ],
    ['no reason', 'POST', '/kill-switches/stop_checkout/activate', {}, 400, 'reason_required'],
    ['a blank reason', 'POST', '/kill-switches/stop_checkout/activate', { reason: ' \n' }, 400, 'reason_required'],
    [
      'a reason of 2,001',
      'POST',
      '/kill-switches/stop_checkout/activate',
      { reason: 'x'.repeat(2_001) },
      400,
      'too_long',
    ],
    [
      'a field where there is none',
      'POST',
      '/kill-switches/stop_checkout/deactivate',
      { reason: 'x' },
      400,
      'unknown_field',
    ],
    ['upper case environment', 'POST', '/environments', { name: 'Staging' }, 400, 'invalid_environment_name'],
    ['colour word', 'POST', '/environments', { name: 'staging', color: 'red' }, 400, 'invalid_color'],
    [
      'a key type of the other family',
      'POST',
      '/environments/dev/sdk-keys',
      { name: 'x', key_type: 'rw' },
      400,
      'invalid_type',
    ],
    [
      'an origin with a path',
      'POST',
      '/environments/dev/sdk-keys',
      { name: 'x', key_type: 'client', allowed_origins: ['https://a.example/b'] },
      400,
      'invalid_type',
    ],
    [
      'a date as expiry',
      'POST',
      '/environments/dev/sdk-keys',
      { name: 'x', key_type: 'client', expires_at: 'tomorrow' },
      400,
      'invalid_timestamp',
    ],
    ['no body', 'POST', '/flags', undefined, 400, 'empty_body'],
    ['broken JSON', 'POST', '/flags', '{"key":', 400, 'invalid_json'],
    ['a duplicate key', 'POST', '/flags', '{"key":"abc","key":"abd"}', 400, 'duplicate_key'],
    ['a list', 'POST', '/flags', '[]', 400, 'invalid_type'],
    ['an unknown query parameter', 'GET', '/flags?sort=name', undefined, 400, 'unknown_field'],
    ['limit 0', 'GET', '/flags?limit=0', undefined, 400, 'invalid_limit'],
    ['limit 201', 'GET', '/audit?limit=201', undefined, 400, 'invalid_limit'],
    ['an order of its own', 'GET', '/flags?order=up', undefined, 400, 'invalid_type'],
    ['a time that is none', 'GET', '/audit?from=yesterday', undefined, 400, 'invalid_timestamp'],
    ['a key id that is none', 'DELETE', '/keys/7', undefined, 400, 'invalid_id'],
    ['an unknown flag', 'GET', '/flags/no.such_flag', undefined, 404, 'not_found'],
    ['a flag that cannot be', 'GET', '/flags/No%2FSuch', undefined, 404, 'not_found'],
    ['an environment that cannot be', 'GET', '/environments/DEV', undefined, 404, 'not_found'],
  ])('refuses %s, and asks nobody to store it', async (_what, method, path, body, status, code) => {
    const answer = await send(method, path, { body });

    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(answer.body).toEqual({
      error: {
        code,
        message: expect.any(String),
        details: expect.any(Array),
        request_id: answer.headers.get('x-request-id'),
      },
    });
    expect(
      gateway.standIns.asked.filter(({ subject }) => /create|update|delete|activate|revoke/.test(subject)),
    ).toEqual([]);
  });

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

  it('is 503 bus_unavailable, with nothing but that, and works again when NATS is back', async () => {
    const token = await gateway.standIns.person('u-admin', { role: 'admin' });
    expect((await gateway.call('POST', `${org}/flags`, { token, body: flag })).status).toBe(201);

    await gateway.servers.nats.kill9();
    const away = await gateway.call('POST', `${org}/flags`, { token, body: flag });
    await gateway.servers.nats.restart();

    expect([away.status, away.code, away.headers.get('retry-after')]).toEqual([503, 'bus_unavailable', '1']);
    for (;;) {
      const { status } = await gateway.call('GET', `${org}/flags`, { token });
      if (status === 200) break;
      expect(status).toBe(503);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it('is 503 when the service that is asked is not there', async () => {
    const token = await gateway.standIns.person('u-admin', { role: 'admin' });
    await gateway.call('GET', `${org}/flags`, { token });

    await gateway.bus.drain();

    const { status, code } = await gateway.call('GET', `${org}/flags`, { token });
    expect([status, code]).toEqual([503, 'bus_unavailable']);
  });
});
