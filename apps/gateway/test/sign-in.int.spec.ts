import { SignJWT } from 'jose';
import { gatewayProcess, type Call, type GatewayProcess } from './world.js';

const credentials = { email: 'ada@example.com', password: 'correct horse' };

describe('sign-in', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await gatewayProcess();
  });
  afterAll(() => gateway.stop());
  const login = (call: Call = {}) => gateway.call('POST', '/api/auth/login', { body: credentials, ...call });

  it('gives browsers the refresh token only in a cookie that scripts cannot read', async () => {
    const { status, headers, body } = await login();

    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      user: expect.objectContaining({ email: 'ada@example.com' }),
    });
    expect(headers.getSetCookie()).toEqual([
      '__Host-loom_refresh=refresh-1; Max-Age=604800; Path=/; HttpOnly; SameSite=Strict; Secure',
    ]);
  });

  it('gives other clients the refresh token in the body, and no cookie', async () => {
    const { headers, body } = await login({ headers: { 'x-client-type': 'native' } });

    expect(body['refresh_token']).toBe('refresh-1');
    expect(headers.getSetCookie()).toEqual([]);
  });

  it.each([
    ['wrong password', { ...credentials, password: 'x' }, 401, 'invalid_credentials'],
    ['password of 2,000', { ...credentials, password: 'x'.repeat(2_000) }, 400, 'too_long'],
    ['no password', { email: 'a@b.c' }, 400, 'invalid_type'],
    ['an e-mail that is an object', { ...credentials, email: { $ne: '' } }, 400, 'invalid_type'],
    ['an extra field', { ...credentials, is_super_admin: true }, 400, 'unknown_field'],
  ])('refuses %s', async (_what, body, status, code) => {
    const answer = await login({ body });

    expect([answer.status, answer.code]).toEqual([status, code]);
  });

  const cookie = '__Host-loom_refresh=refresh-1';
  const host = (): string => new URL(gateway.running.url).host;
  const ours = (): Record<string, string> => ({ cookie, 'x-loom-csrf': '1', origin: `http://${host()}` });

  it('refreshes by cookie for a page of the same origin, with a new cookie', async () => {
    const { status, headers, body } = await gateway.call('POST', '/api/auth/refresh', { headers: ours() });

    expect([status, body['refresh_token']]).toEqual([200, undefined]);
    expect(headers.getSetCookie()[0]).toMatch(/^__Host-loom_refresh=refresh-2;/);
  });

  it.each([
    ['without X-Loom-CSRF', { 'x-loom-csrf': '' }],
    ['from another origin', { origin: 'https://evil.example' }],
    ['from a page without an origin', { origin: 'null' }],
  ])('refuses the cookie %s', async (_what, headers) => {
    for (const path of ['/api/auth/refresh', '/api/auth/logout']) {
      const { status, code } = await gateway.call('POST', path, { headers: { ...ours(), ...headers } });
      expect([path, status, code]).toEqual([path, 403, 'csrf']);
    }
  });

  it('refreshes by body for other clients, without the CSRF header', async () => {
    const { status, body, headers } = await gateway.call('POST', '/api/auth/refresh', {
      body: { refresh_token: 'refresh-1' },
    });

    expect([status, body['refresh_token'], headers.getSetCookie()]).toEqual([200, 'refresh-2', []]);
  });

  it.each([
    ['nothing', {}],
    ['an unknown token', { body: { refresh_token: 'refresh-9' } }],
    ['a token that is none', { body: { refresh_token: 7 } }],
    ['another cookie', { headers: { cookie: 'loom_refresh=refresh-1' } }],
  ])('refuses a refresh by %s', async (_what, call) => {
    const { status, code } = await gateway.call('POST', '/api/auth/refresh', call);

    expect([status, code]).toEqual([401, 'invalid_refresh_token']);
  });

  it('ends the session and removes the cookie at sign-out', async () => {
    const { status, headers } = await gateway.call('POST', '/api/auth/logout', { headers: ours() });

    expect(status).toBe(204);
    expect(headers.getSetCookie()[0]).toMatch(/^__Host-loom_refresh=; Max-Age=0;/);
    expect(gateway.services.asked.at(-1)).toMatchObject({
      subject: 'rpc.accounts.sign_out',
      command: { refresh_token: 'refresh-1' },
    });
  });

  it('returns the signed-in person, with the rights in each organization', async () => {
    const token = await gateway.services.token('u-ada');

    const { status, body } = await gateway.call('GET', '/api/auth/me', { token });

    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ id: 'u-ada', email: 'ada@example.com', is_super_admin: false },
      organizations: [expect.objectContaining({ slug: 'acme', role: 'member', permissions: ['killswitch:activate'] })],
      has_more_organizations: false,
    });
  });

  it('publishes the keys of access tokens', async () => {
    const { body } = await gateway.call('GET', '/.well-known/jwks.json');

    expect(body).toMatchObject({ keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig' }] });
  });

  const past = Math.floor(Date.now() / 1_000) - 10;
  const bearer = async (what: string): Promise<string> => {
    const { services } = gateway;
    const tokens: Record<string, () => string | Promise<string>> = {
      'alg none': () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.',
      expired: () => services.token('u-ada', { exp: past }),
      'another issuer': () => services.token('u-ada', { iss: 'evil' }),
      'another audience': () => services.token('u-ada', { aud: 'other' }),
      'no expiry': () => services.token('u-ada', { exp: undefined }),
      'a changed payload': async () => (await services.token('u-ada')).replace(/\.[^.]+\./, '.eyJzdWIiOiJ1LWV2aWwifQ.'),
      'a shared secret': () =>
        new SignJWT({ sub: 'u-ada' }).setProtectedHeader({ alg: 'HS256', kid: 'x' }).sign(new Uint8Array(32)),
      'an unknown person': () => services.token('gone-1'),
      'no session': () => services.token('u-ada', { sid: undefined }),
      'a scope that is no text': () => services.token('u-ada', { scope: ['read'] }),
      garbage: () => 'abc',
    };
    return tokens[what]!();
  };
  it.each([
    'alg none',
    'expired',
    'another issuer',
    'another audience',
    'no expiry',
    'a changed payload',
    'a shared secret',
    'an unknown person',
    'no session',
    'a scope that is no text',
    'garbage',
  ])('refuses an access token: %s', async (what) => {
    const { status, code } = await gateway.call('GET', '/api/orgs', { token: await bearer(what) });

    expect([status, code]).toEqual([401, 'invalid_token']);
  });

  it.each([
    ['an unknown key', `Bearer loom_flags_server_prod_${'0'.repeat(40)}`, 'invalid_key'],
    ['a malformed key', 'Bearer loom_flags_server_prod_abc', 'invalid_key'],
    ['basic auth', 'Basic dTpw', 'unauthenticated'],
  ])('refuses %s on a route of people', async (_what, authorization, code) => {
    const answer = await gateway.call('GET', '/api/orgs', { headers: { authorization } });

    expect([answer.status, answer.code]).toEqual([401, code]);
  });
});

describe('people', () => {
  let gateway: GatewayProcess;
  let token: string;
  beforeAll(async () => {
    gateway = await gatewayProcess({ LOOM_PUBLIC_URL: 'https://loom.example.com/' });
    token = await gateway.services.person('u-admin', { role: 'admin', isSuperAdmin: true });
  });
  afterAll(() => gateway.stop());
  const lastAsked = () => gateway.services.asked.at(-1);

  it('are invited by a link to the public URL', async () => {
    const { status, body } = await gateway.call('POST', '/api/auth/users', {
      token,
      body: { email: 'eve@example.com' },
    });

    expect([status, body]).toMatchObject([201, { email: 'eve@example.com', pending: true }]);
    expect(body['invite_url']).toBe('https://loom.example.com/invite#token=a%20b');
    expect(body).not.toHaveProperty('invite_token');
  });

  it('with a password need no link', async () => {
    const body = { email: 'eve@example.com', password: 'correct horse battery' };

    expect((await gateway.call('POST', '/api/auth/users', { token, body })).body).not.toHaveProperty('invite_url');
  });

  it('accept an invitation with the account of the access token; a token that is not valid is refused', async () => {
    const accept = (used?: string) =>
      gateway.call('POST', '/api/auth/invitations/accept', { token: used, body: { token: 't' } });

    await accept(token);
    expect(lastAsked()).toMatchObject({ command: { token: 't' }, origin: { actor: { type: 'user', id: 'u-admin' } } });
    expect((await accept('no.such.token')).status).toBe(401);
    await accept();
    expect(lastAsked()).toMatchObject({ origin: { actor: { type: 'system' } } });
  });

  it('accept an invitation and set the platform up without a session', async () => {
    const accepted = await gateway.call('POST', '/api/auth/invitations/accept', {
      body: { token: 't', password: 'correct horse battery' },
    });
    const needed = await gateway.call('GET', '/api/auth/setup');
    const first = { token: 't', email: 'ada@example.com', password: 'correct horse battery', organization: 'Acme' };
    const made = await gateway.call('POST', '/api/auth/setup', { body: first });

    expect([accepted.status, accepted.body]).toMatchObject([200, { email: 'ada@example.com' }]);
    expect([needed.status, needed.body]).toEqual([200, { required: true }]);
    expect([made.status, made.body]).toMatchObject([201, { user: { is_super_admin: true }, organization: {} }]);
  });

  it('change their password in the session of the access token', async () => {
    const body = { current: 'correct horse', new: 'correct horse battery' };

    expect((await gateway.call('POST', '/api/auth/password', { token, body })).body).toEqual({ ended_sessions: 2 });
    expect(lastAsked()).toMatchObject({
      subject: 'rpc.accounts.change_password',
      command: { ...body, session_id: 'session-1', address: '127.0.0.1' },
      origin: { actor: { id: 'u-admin' } },
    });
  });

  it.each([
    ['/api/auth/password', { current: 'x', new: 'too short' }, 'invalid_password'],
    ['/api/auth/users', { email: 'nobody' }, 'invalid_email'],
    ['/api/auth/users', { email: 'a@b.c', password: 'short' }, 'invalid_password'],
    ['/api/auth/users', { email: 'a@b.c', role: 'admin' }, 'unknown_field'],
    ['/api/auth/invitations/accept', { password: 'correct horse battery' }, 'invalid_type'],
    ['/api/auth/setup', {}, 'invalid_type'],
  ])('see what is wrong: %s %j', async (path, body, code) => {
    const answer = await gateway.call('POST', path, { token, body });

    expect([answer.status, answer.code]).toEqual([400, code]);
  });

  it('sign in with a narrower scope', async () => {
    await gateway.call('POST', '/api/auth/login', { body: { ...credentials, scope: ['read'] } });

    expect(lastAsked()?.command).toMatchObject({ scope: ['read'] });
  });
});

describe('sign-in on a plain-http LAN', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await gatewayProcess({ LOOM_PLAIN_HTTP_COOKIES: 'true', LOOM_REFRESH_TTL_WEB: '1h' });
  });
  afterAll(() => gateway.stop());

  it('sets the cookie without the prefix and Secure', async () => {
    const { headers } = await gateway.call('POST', '/api/auth/login', { body: credentials });

    expect(headers.getSetCookie()).toEqual(['loom_refresh=refresh-1; Max-Age=3600; Path=/; HttpOnly; SameSite=Strict']);
  });
});
