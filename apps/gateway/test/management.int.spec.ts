import { ORG } from './builders.js';
import { ID } from './matrix.js';
import type { Asked } from './fakes/in-memory-services.js';
import { gatewayProcess, type Call, type GatewayProcess } from './world.js';

const org = `/api/orgs/${ORG.id}`;
const flag = { key: 'checkout.new_flow', name: 'New checkout', type: 'boolean' };

describe('the management API', () => {
  let gateway: GatewayProcess;
  let token: string;
  beforeAll(async () => {
    gateway = await gatewayProcess();
    token = await gateway.services.person('u-admin', {
      role: 'admin',
      permissions: ['killswitch:activate', 'admin:force_delete'],
    });
  });
  afterAll(() => gateway.stop());
  beforeEach(async () => {
    await gateway.call('POST', `${org}/flags`, { token, body: flag });
    gateway.services.asked.length = 0;
  });
  const asked = (subject: string): Asked[] => gateway.services.asked.filter((one) => one.subject === subject);
  const commands = () => gateway.services.asked.map(({ command }) => command as object);
  const send = (method: string, path: string, call: Call = {}) => gateway.call(method, org + path, { token, ...call });

  it('answers a created flag with its ETag and the ruleset version that contains it', async () => {
    const { status, headers, body } = await send('POST', '/flags', { body: { ...flag, key: 'another.flag' } });

    expect([status, headers.get('etag'), headers.get('loom-version')]).toEqual([201, '"1"', '0mb8f2k1x.4.17']);
    expect(body).toMatchObject({ key: 'another.flag', type: 'boolean', version: 1 });
    expect(body).not.toHaveProperty('resource');
  });

  it('passes If-Match on as the version, and answers the current version with 412', async () => {
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
    expect(second.body).toMatchObject({ error: { details: [{ current_version: 2 }] } });
    expect([third.status, third.headers.get('etag')]).toEqual([200, '"3"']);
  });

  it.each([
    ['a list', '"99", "4"', 200],
    ['a list of weak tags, as proxies make them', 'W/"99", W/"5"', 200],
    ['a list without the version', '"98", "99"', 412],
    ['no tag', '6', 412],
    ['a foreign tag', '"abc"', 412],
  ])(
    'accepts %s in If-Match when one is current, else answers the current version',
    async (_what, header, expected) => {
      const current = (await send('GET', '/flags/checkout.new_flow')).headers.get('etag')!.slice(1, -1);
      const ifMatch = expected === 200 ? header.replace(/[45]/, current) : header;

      const { status, body } = await send('PATCH', '/flags/checkout.new_flow', {
        body: { name: 'e' },
        headers: { 'if-match': ifMatch },
      });

      expect(status).toBe(expected);
      if (status === 412) expect(body).toMatchObject({ error: { details: [{ current_version: Number(current) }] } });
    },
  );

  it.each([
    ['PATCH', '', { name: 'x' }],
    ['PATCH', '/flags/checkout.new_flow', { name: 'x' }],
    ['PATCH', '/flags/checkout.new_flow/configs/dev', { enabled: true }],
    ['PATCH', '/kill-switches/stop_checkout', { name: 'x' }],
    ['DELETE', '/kill-switches/stop_checkout', undefined],
    ['POST', '/kill-switches/stop_checkout/activate', { reason: 'x' }],
    ['DELETE', '/flags/checkout.new_flow', undefined],
    ['POST', '/flags/checkout.new_flow/rollback', { to_version: 1 }],
    ['POST', '/flags/checkout.new_flow/configs/dev/copy', { from: 'prod' }],
    ['PATCH', `/strategies/${ID}`, { percentage: 5 }],
    ['DELETE', `/strategies/${ID}`, undefined],
    ['PATCH', '/segments/beta.testers', { included: [] }],
    ['DELETE', '/segments/beta.testers', undefined],
    ['PATCH', `/members/${ID}`, { role: 'admin' }],
    ['DELETE', `/members/${ID}`, undefined],
    ['PATCH', '/environments/dev', { color: null }],
    ['DELETE', '/environments/dev', undefined],
  ])('honours If-Match: %s %s', async (method, path, body) => {
    const headersOf = (tags: string) => ({ body, headers: { 'if-match': tags } });
    // The gateway also asks by itself, for revocations.
    const withVersion = () => commands().findLast((command) => 'if_version' in command);
    await send(method, path, headersOf('"1"'));
    expect(withVersion()).toMatchObject({ if_version: 1 });

    await send(method, path, headersOf('W/"1", "2"'));
    expect(withVersion()).toMatchObject({ if_version: [1, 2] });
  });

  it.each([
    ['', '"3"'],
    ['/environments/dev', '"1"'],
    ['/flags/checkout.new_flow', '"1"'],
    ['/flags/checkout.new_flow/configs/dev', '"0"'],
    ['/kill-switches/stop_checkout', '"1"'],
    [`/strategies/${ID}`, '"1"'],
    ['/segments/beta.testers', '"1"'],
  ])('gives an ETag: GET %s', async (path, etag) => {
    expect((await send('GET', path)).headers.get('etag')).toBe(etag);
  });

  it('answers a deletion with 204, no body, and the ruleset version', async () => {
    const { status, headers, body } = await send('DELETE', '/kill-switches/stop_checkout');

    expect([status, headers.get('loom-version'), body]).toEqual([204, '0mb8f2k1x.4.19', { text: '' }]);
  });

  it('sends the service the person and the organization', async () => {
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

  it('passes on the page and the filter of the query', async () => {
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

  it('lists histories newest first, all else oldest first', async () => {
    await send('GET', '/flags/checkout.new_flow/history?limit=3');
    await send('GET', '/members');

    expect(asked('rpc.flags.list_history')[0]?.command).toMatchObject({ page: { limit: 3, order: 'desc' } });
    expect(asked('rpc.accounts.list_members')[0]?.command).toMatchObject({ page: { limit: 50, order: 'asc' } });
  });

  it('evaluates in the named environment of the organization', async () => {
    const body = { environment: 'dev', context: { user_id: 'u' }, flags: ['a.flag'], explain: true };
    const { status } = await send('POST', '/evaluate', { body });

    expect(status).toBe(200);
    const environment = { id: expect.any(String), name: 'dev' };
    expect(asked('rpc.evaluation.evaluate')).toMatchObject([
      { command: { ...body, environment }, origin: { scope: ORG.id } },
    ]);
  });

  it('accepts a bulk command without items', async () => {
    const created = await send('POST', '/bulk/flags', { body: { items: [] } });
    const archived = await send('POST', '/bulk/flags/archive', { body: { keys: [] } });

    expect([created.status, created.body]).toEqual([201, { data: [] }]);
    expect([archived.status, archived.body]).toEqual([201, { data: [] }]);
  });

  it('serves the platform’s objects by the same routes, for super admins', async () => {
    const root = await gateway.services.person('u-root', { role: null, isSuperAdmin: true });
    const platform = (method: string, path: string, body?: object) =>
      gateway.call(method, `/api/admin${path}`, { token: root, body, headers: { 'if-match': '"4"' } });

    const written = await platform('PATCH', '/flags/checkout.new_flow/configs/*', { enabled: true });
    await platform('POST', '/kill-switches/stop_checkout/activate', { reason: 'x' });

    expect([written.status, written.headers.get('loom-version')]).toEqual([200, '0mb8f2k1x.4.18']);
    const origin = { scope: 'platform', actor: { type: 'user', id: 'u-root' } };
    const command = { key: 'checkout.new_flow', environment: '*', if_version: 4 };
    expect(asked('rpc.flags.update_config')).toMatchObject([{ command, origin }]);
    expect(asked('rpc.flags.activate_kill_switch')).toMatchObject([{ command: { if_version: 4 }, origin }]);
  });

  it('asks for the platform’s strategies and segments', async () => {
    await send('GET', '/strategies?platform=true');
    await send('GET', '/segments?platform=true');

    const command = { filter: { platform: true } };
    expect(asked('rpc.flags.list_strategies')).toMatchObject([{ command }]);
    expect(asked('rpc.flags.list_segments')).toMatchObject([{ command }]);
  });

  it('passes on whether the caller may activate kill switches, and the reason', async () => {
    const body = { linked_flag_keys: ['cart'], reason: 'mended' };
    const people = {
      admin: await gateway.services.person('u-plain', { role: 'admin' }),
      permitted: token,
      root: await gateway.services.person('u-root', { role: null, isSuperAdmin: true }),
    };
    const path = '/kill-switches/stop_checkout';
    await send('PATCH', path, { body, token: people.admin });
    await send('PATCH', path, { body, token: people.permitted });
    await gateway.call('PATCH', `/api/admin${path}`, { body, token: people.root });
    await send('POST', `${path}/deactivate`, { body: { reason: 'over' } });

    const command = { key: 'stop_checkout', patch: { linked_flag_keys: ['cart'] }, reason: 'mended' };
    expect(asked('rpc.flags.update_kill_switch').map((one) => one.command)).toEqual(
      [false, true, true].map((may_activate) => ({ ...command, may_activate })),
    );
    expect(asked('rpc.flags.deactivate_kill_switch')).toMatchObject([{ command: { reason: 'over' } }]);
  });

  it('serves its OpenAPI document, and a home page without further requests', async () => {
    const document = await gateway.call('GET', '/api/openapi.json');
    const page = await gateway.call('GET', '/');

    expect([document.status, document.body['openapi']]).toEqual([200, '3.1.0']);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.body['text']).toContain('<h1>Loom</h1>');
    expect(page.body['text']).not.toMatch(/src=|https?:/);
  });

  it('serves the document as a page without further requests', async () => {
    const { status, headers, body } = await gateway.call('GET', '/api/docs');

    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(body['text']).toContain('<h1>Loom: API reference</h1>');
  });
});
