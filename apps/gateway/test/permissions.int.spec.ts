import { routeTable } from '#libs/platform';
import { ORG } from './builders.js';
import { gatewayProcess, type GatewayProcess } from './support.js';

const org = `/api/orgs/${ORG.id}`;
const flag = { key: 'checkout.new_flow', name: 'New checkout', type: 'boolean' };
const sdkKey = { name: 'Shop', key_type: 'server' };
const killSwitch = { key: 'stop_checkout', name: 'Stop', linked_flag_keys: [] };
const keyId = '01900000-0000-7000-8000-0000000000e1';

/** Every route of people: the row of specification 07 it belongs to, where to call it, a good body, the status of a success. */
const routes: [action: keyof typeof allowed, method: string, path: string, body: unknown, success: number][] = [
  ['signed in', 'GET', '/api/auth/me', undefined, 200],
  ['signed in', 'GET', '/api/orgs', undefined, 200],
  ['signed in', 'POST', '/api/orgs', { name: 'Acme' }, 201],
  ['read', 'GET', org, undefined, 200],
  ['settings', 'PATCH', org, { name: 'Acme' }, 200],
  ['read', 'GET', `${org}/environments`, undefined, 200],
  ['settings', 'POST', `${org}/environments`, { name: 'staging' }, 201],
  ['read', 'GET', `${org}/environments/dev`, undefined, 200],
  ['keys', 'GET', `${org}/environments/dev/sdk-keys`, undefined, 200],
  ['keys', 'POST', `${org}/environments/dev/sdk-keys`, sdkKey, 201],
  ['keys', 'GET', `${org}/analytics/keys`, undefined, 200],
  ['keys', 'POST', `${org}/analytics/keys`, { name: 'Shop', key_type: 'rw' }, 201],
  ['keys', 'DELETE', `${org}/keys/${keyId}`, undefined, 204],
  ['read', 'GET', `${org}/flags`, undefined, 200],
  ['edit', 'POST', `${org}/flags`, flag, 201],
  ['read', 'GET', `${org}/flags/checkout.new_flow`, undefined, 200],
  ['edit', 'PATCH', `${org}/flags/checkout.new_flow`, { name: 'x' }, 200],
  ['edit', 'POST', `${org}/flags/checkout.new_flow/archive`, undefined, 200],
  ['edit', 'POST', `${org}/flags/checkout.new_flow/restore`, undefined, 200],
  ['read', 'GET', `${org}/flags/checkout.new_flow/configs`, undefined, 200],
  ['read', 'GET', `${org}/flags/checkout.new_flow/configs/dev`, undefined, 200],
  ['edit', 'PATCH', `${org}/flags/checkout.new_flow/configs/dev`, { enabled: true }, 200],
  ['read', 'GET', `${org}/kill-switches`, undefined, 200],
  ['edit', 'POST', `${org}/kill-switches`, killSwitch, 201],
  ['read', 'GET', `${org}/kill-switches/stop_checkout`, undefined, 200],
  ['edit', 'PATCH', `${org}/kill-switches/stop_checkout`, { name: 'x' }, 200],
  ['edit', 'DELETE', `${org}/kill-switches/stop_checkout`, undefined, 204],
  ['throw', 'POST', `${org}/kill-switches/stop_checkout/activate`, { reason: 'x' }, 200],
  ['throw', 'POST', `${org}/kill-switches/stop_checkout/deactivate`, {}, 200],
  ['audit', 'GET', `${org}/audit`, undefined, 200],
];
const allowed = {
  'signed in': ['stranger', 'member', 'operator', 'admin', 'superAdmin'],
  read: ['member', 'operator', 'admin', 'superAdmin'],
  edit: ['admin'],
  throw: ['operator'],
  keys: ['admin', 'superAdmin'],
  settings: ['admin', 'superAdmin'],
  audit: ['admin', 'superAdmin'],
} satisfies Record<string, string[]>;

describe('who may do what', () => {
  let gateway: GatewayProcess;
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    gateway = await gatewayProcess();
    const { standIns } = gateway;
    tokens['stranger'] = await standIns.person('u-stranger');
    tokens['member'] = await standIns.person('u-member', { role: 'member' });
    tokens['operator'] = await standIns.person('u-operator', { role: 'member', permissions: ['killswitch:activate'] });
    tokens['admin'] = await standIns.person('u-admin', { role: 'admin' });
    tokens['superAdmin'] = await standIns.person('u-super', { role: null, isSuperAdmin: true });
    tokens['reader'] = await standIns.person('u-reader', { role: 'admin' }, { scope: 'read' });
    tokens['key'] = await standIns.key(`loom_flags_server_dev_${'a'.repeat(40)}`);
    await gateway.call('POST', `${org}/flags`, { token: tokens['admin'], body: flag });
  });
  afterAll(() => gateway.stop());

  describe.each(routes)('%s: %s %s', (action, method, path, body, success) => {
    it.each(['stranger', 'member', 'operator', 'admin', 'superAdmin'])('%s', async (who) => {
      const refusal = who === 'stranger' ? [404, 'not_found'] : [403, 'forbidden'];
      const expected = (allowed[action] as string[]).includes(who) ? [success, undefined] : refusal;

      const { status, code } = await gateway.call(method, path, { token: tokens[who], body });

      expect([status, code]).toEqual(expected);
    });

    it('a token that only reads', async () => {
      const { status } = await gateway.call(method, path, { token: tokens['reader'], body });

      expect(status).toBe(method === 'GET' ? 200 : 403);
    });

    it.each([
      ['nobody', undefined, 401, 'unauthenticated'],
      ['an API key', 'key', 403, 'forbidden_for_key_type'],
    ])('%s', async (_who, token, status, code) => {
      const answer = await gateway.call(method, path, { token: token && tokens[token], body });

      expect([answer.status, answer.code]).toEqual([status, code]);
    });
  });

  it('is tested for every route of people', () => {
    const pathOf = (path: string): string =>
      path
        .replace(org, '/api/orgs/:org')
        .replace('checkout.new_flow', ':key')
        .replace('stop_checkout', ':key')
        .replace('/dev', '/:env')
        .replace(keyId, ':id');
    const people = routeTable(gateway.running.http).filter(
      ({ access, method }) => access.kind === 'person' && method !== 'HEAD',
    );

    expect(people.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(
      routes.map(([, method, path]) => `${method} ${pathOf(path)}`).sort(),
    );
  });

  it('leaves these routes to anybody', () => {
    const open = routeTable(gateway.running.http).filter(
      ({ access, method }) => access.kind === 'public' && method !== 'HEAD',
    );

    expect(open.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
      'GET /',
      'GET /.well-known/jwks.json',
      'GET /api/openapi.json',
      'GET /livez',
      'GET /metrics',
      'GET /readyz',
      'GET /version',
      'POST /api/auth/login',
      'POST /api/auth/logout',
      'POST /api/auth/refresh',
    ]);
  });

  it.each([
    ['an organization nobody has', '/api/orgs/01900000-0000-7000-8000-000000000999'],
    ['a name that no organization can have', '/api/orgs/No%20Such'],
  ])('tells nobody whether there is %s', async (_what, path) => {
    const { status, code } = await gateway.call('GET', `${path}/flags`, { token: tokens['admin'] });

    expect([status, code]).toEqual([404, 'not_found']);
  });

  it('takes the slug of an organization as well as its id', async () => {
    const { status, body } = await gateway.call('GET', `/api/orgs/${ORG.slug}`, { token: tokens['member'] });

    expect([status, body['id']]).toEqual([200, ORG.id]);
  });

  it('forgets a membership as soon as a fact says that it ended', async () => {
    const token = await gateway.standIns.person('u-leaver', { role: 'admin' });
    expect((await gateway.call('GET', org, { token })).status).toBe(200);
    gateway.standIns.memberships.delete('u-leaver');

    const data = { user_id: 'u-leaver', role: 'admin', permissions: [] };
    const envelope = { id: keyId, version: 1, timestamp: '2026-01-01T00:00:00.000Z', org_id: ORG.id };
    const fact = {
      ...envelope,
      type: 'member.removed',
      actor: { type: 'system', id: 'loom' },
      data,
      metadata: { correlation_id: 'r', source: 'accounts' },
    };
    (await gateway.bus.connection()).publish(`member.removed.${ORG.id}`, JSON.stringify(fact));
    await gateway.bus.flush();
    await gateway.running.runtime.bus.flush();

    expect((await gateway.call('GET', `${org}/flags`, { token })).status).toBe(404);
  });
});
