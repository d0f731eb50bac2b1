import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose';
import { accountsRpc, type TokenPair } from '#libs/contracts';
import { ADMIN, accountsProcess, anOrigin, type AccountsProcess } from '../world.js';

describe('signing in', () => {
  let accounts: AccountsProcess;
  let addresses = 0;

  /** From an address of its own, so that failures of one test do not count in another. */
  const signIn = (
    credentials: { email?: string; password?: string; address?: string } = {},
    origin = anOrigin('platform', 'stranger', { type: 'system' }),
  ): Promise<TokenPair> => {
    addresses += 1;
    const command = { ...ADMIN, client_type: 'web' as const, address: `10.0.0.${addresses}`, ...credentials };
    return accounts.ask(accountsRpc.signIn, command, origin);
  };

  beforeAll(async () => {
    accounts = await accountsProcess();
  });
  afterAll(() => accounts.stop());

  it('returns tokens that the published keys verify, and audits once', async () => {
    const origin = anOrigin('platform', 'stranger', { type: 'system' });

    const pair = await signIn({ email: `  ${ADMIN.email.toUpperCase()} ` }, origin);

    const jwks = (await accounts.ask(accountsRpc.getJwks, {})) as unknown as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(pair.access_token, createLocalJWKSet(jwks), {
      issuer: 'loom',
      audience: 'loom',
      algorithms: ['RS256'],
    });
    expect(protectedHeader.kid).toBe(jwks.keys[0]?.kid);
    expect(Object.keys(payload).toSorted()).toEqual(['aud', 'exp', 'iat', 'iss', 'sid', 'sub']);
    expect(payload.exp! - payload.iat!).toBe(900);
    expect(pair).toMatchObject({
      token_type: 'Bearer',
      expires_in: 900,
      user: { id: payload.sub, email: ADMIN.email },
    });
    expect(JSON.stringify(jwks)).not.toContain('"d"');
    const { facts, audited } = await accounts.published(origin.request_id);
    expect(facts).toEqual([]);
    expect(audited).toMatchObject([
      { org_id: null, actor: { type: 'user', id: payload.sub }, data: { event: 'UserSignedIn', severity: 'info' } },
    ]);
    await expect(accounts.ask(accountsRpc.getUser, { user_id: payload.sub! })).resolves.toEqual(pair.user);
  });

  it('answers an unknown address and a wrong password alike, with a warning in the audit log', async () => {
    const origins = [anOrigin('platform', 'stranger'), anOrigin('platform', 'stranger')];
    const attempts = [{ password: 'wrong' }, { email: 'nobody@loom.localhost' }];

    const failures = await Promise.all(
      attempts.map((attempt, i) => signIn(attempt, origins[i]).catch((error: unknown) => error)),
    );

    expect(failures[0]).toMatchObject({ code: 'invalid_credentials' });
    expect(failures[1]).toEqual(failures[0]);
    const emails = [ADMIN.email, 'nobody@loom.localhost'];
    for (const [i, { request_id }] of origins.entries()) {
      const { audited } = await accounts.published(request_id);
      const metadata = { email: emails[i], count: 1 };
      expect(audited).toMatchObject([
        { actor: { type: 'system' }, data: { event: 'UserSignInFailed', severity: 'warning', metadata } },
      ]);
    }
  });

  it('refuses more than five failures of one address, concurrent ones too, and accepts other addresses', async () => {
    const wrong = () =>
      signIn({ password: 'wrong', address: 'guesser' }).catch((error: { code: string }) => error.code);

    const codes = await Promise.all(Array.from({ length: 8 }, wrong));

    expect(codes.toSorted()).toEqual([
      ...Array<string>(5).fill('invalid_credentials'),
      ...Array<string>(3).fill('rate_limited'),
    ]);
    await expect(signIn({ address: 'guesser' })).rejects.toMatchObject({
      code: 'rate_limited',
      details: [{ retry_after: expect.any(Number) }],
    });
    await expect(signIn({ address: 'elsewhere' })).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  it('does not count successes as failures', async () => {
    for (let i = 0; i < 7; i += 1) await signIn({ address: 'diligent' });

    await expect(signIn({ address: 'diligent' })).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  it('renews once: two concurrent renewals get the same answer', async () => {
    const { refresh_token } = await signIn();
    const refresh = (token: string) =>
      accounts.ask(accountsRpc.refresh, { refresh_token: token, client_type: 'web' }, anOrigin('platform', 'stranger'));

    const [one, two] = await Promise.all([refresh(refresh_token), refresh(refresh_token)]);

    expect(two).toEqual(one);
    expect(one.refresh_token).not.toBe(refresh_token);
    await expect(refresh(one.refresh_token)).resolves.toMatchObject({ token_type: 'Bearer' });
    await expect(refresh('never issued')).rejects.toMatchObject({ code: 'invalid_refresh_token' });
  });

  it('ends with the sign-out, with one audit entry, however often it is asked', async () => {
    const { refresh_token, user } = await signIn();
    const origins = [anOrigin('platform', user.id), anOrigin('platform', user.id)];

    for (const origin of origins) {
      await expect(accounts.ask(accountsRpc.signOut, { refresh_token }, origin)).resolves.toEqual({});
    }

    await expect(
      accounts.ask(accountsRpc.refresh, { refresh_token, client_type: 'web' }, origins[0]),
    ).rejects.toMatchObject({ code: 'invalid_refresh_token' });
    const [first, second] = await Promise.all(origins.map(({ request_id }) => accounts.published(request_id)));
    expect(first?.audited).toMatchObject([{ actor: { id: user.id }, data: { event: 'UserSignedOut' } }]);
    expect(second?.audited).toEqual([]);
  });

  it('stores no readable password, token or private key', async () => {
    const { refresh_token, access_token } = await signIn();
    const rows = await Promise.all(
      ['app_user', 'session', 'refresh_token', 'signing_key'].map((table) =>
        accounts.database.sql(`select * from ${table}`),
      ),
    );

    const stored = JSON.stringify(rows);

    for (const secret of [ADMIN.password, refresh_token, access_token, 'PRIVATE KEY'])
      expect(stored).not.toContain(secret);
    expect(stored).toContain('$argon2id$v=19$m=19456');
    expect(decodeJwt(access_token).sid).toEqual(expect.any(String));
  });

  it('does not find unknown users', async () => {
    for (const user_id of ['01900000-0000-7000-8000-00000000dead', 'x', '\u0000']) {
      await expect(accounts.ask(accountsRpc.getUser, { user_id })).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('lets right passwords in during a flood of wrong ones from a network that is known for them', async () => {
    let tried = 0;
    const wrong = () =>
      signIn({ email: `flood${(tried += 1)}@loom.localhost`, password: 'wrong', address: '2001:db8:0:1::7' }).then(
        () => 'admitted',
        (error: { code?: string }) => error.code,
      );
    const refusals = [await wrong()];
    const flood = Array.from({ length: 40 }, async () => {
      for (let i = 0; i < 2; i += 1) refusals.push(await wrong());
    });

    for (let i = 0; i < 3; i += 1) await expect(signIn()).resolves.toMatchObject({ token_type: 'Bearer' });
    await Promise.all(flood);

    expect(refusals).toHaveLength(81);
    expect(refusals.filter((code) => code !== 'invalid_credentials' && code !== 'overloaded')).toEqual([]);
  });

  it('audits a flood as few entries, with the address it came from', async () => {
    const origin = { ...anOrigin('platform', 'stranger', { type: 'system' }), ip: '2001:db8:0:2::7' };
    for (let i = 0; i < 10; i += 1) {
      const attempt = { email: `spray${i}@loom.localhost`, password: 'wrong', address: '2001:db8:0:2::7' };
      await expect(signIn(attempt, origin)).rejects.toMatchObject({ code: 'invalid_credentials' });
    }

    const { audited } = await accounts.published(origin.request_id);

    expect(audited).toMatchObject([
      {
        data: {
          ip: '2001:db8:0:2::7',
          metadata: { count: 1, network: '2001:db8:0:2', email: 'spray0@loom.localhost' },
        },
      },
    ]);
  });
});
