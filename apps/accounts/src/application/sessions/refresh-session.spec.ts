import { claimsOf, DAY_MS, InMemoryAccounts, PASSWORD, stranger } from '../../../test/in-memory/world.js';
import { changeUser, type User } from '../../domain/people/user.js';

describe('RefreshSession', () => {
  let accounts: InMemoryAccounts;
  let ann: User;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    ann = await accounts.user('ann@loom.localhost');
  });

  const signIn = async (client_type: 'web' | 'native' = 'web') => {
    const command = { email: ann.email, password: PASSWORD, client_type, address: 'here' };
    const pair = await accounts.useCases().signIn.execute(command, stranger);
    accounts.arranged();
    return pair;
  };
  const refresh = (refresh_token: string) =>
    accounts.useCases().refreshSession.execute({ refresh_token, client_type: 'web' }, stranger);
  const isRefused = { code: 'invalid_refresh_token' };

  it('exchanges a token for the next one of the same session, without an audit entry', async () => {
    const first = await signIn();

    const second = await refresh(first.refresh_token);

    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(claimsOf(second.access_token)['sid']).toBe(claimsOf(first.access_token)['sid']);
    expect(second.user).toEqual(first.user);
    expect(accounts.audited).toEqual([]);
    await expect(refresh(second.refresh_token)).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  it('repeats the answer of the last exchange for ten seconds, in any process', async () => {
    const { refresh_token } = await signIn();
    const answer = await refresh(refresh_token);
    accounts.clock.advance(10_000);

    await expect(refresh(refresh_token)).resolves.toEqual(answer);
  });

  it('ends the session, with one audit entry, when a token is used again later', async () => {
    const first = await signIn();
    const second = await refresh(first.refresh_token);
    accounts.clock.advance(10_001);

    await expect(refresh(first.refresh_token)).rejects.toMatchObject(isRefused);

    await expect(refresh(second.refresh_token)).rejects.toMatchObject(isRefused);
    await expect(refresh(first.refresh_token)).rejects.toMatchObject(isRefused);
    expect(accounts.audited).toMatchObject([
      { actor: { id: ann.id }, data: { event: 'RefreshTokenReused', severity: 'warning' } },
    ]);
  });

  it('repeats no answer for a token that is not the direct predecessor', async () => {
    const { refresh_token: first } = await signIn();
    const { refresh_token: second } = await refresh(first);
    const { refresh_token: third } = await refresh(second);

    await expect(refresh(first)).rejects.toMatchObject(isRefused);

    await expect(refresh(third)).rejects.toMatchObject(isRefused);
  });

  it.each([
    ['web', 7],
    ['native', 30],
  ] as const)('refuses a token of a %s client after %d days', async (client, days) => {
    const [used, unused] = [await signIn(client), await signIn(client)];
    accounts.clock.advance(days * DAY_MS - 1);
    await expect(refresh(used.refresh_token)).resolves.toMatchObject({ token_type: 'Bearer' });
    accounts.clock.advance(1);

    await expect(refresh(unused.refresh_token)).rejects.toMatchObject(isRefused);
  });

  it('ends a session for good after thirty days, with its last access token, however often it is renewed', async () => {
    let { refresh_token } = await signIn();
    for (let day = 6; day < 30; day += 6) {
      accounts.clock.advance(6 * DAY_MS);
      ({ refresh_token } = await refresh(refresh_token));
    }
    accounts.clock.advance(6 * DAY_MS - 60_000);

    const last = await refresh(refresh_token);

    const { iat, exp } = claimsOf(last.access_token);
    expect([Number(exp) - Number(iat), last.expires_in]).toEqual([60, 60]);
    accounts.clock.advance(60_000);
    await expect(refresh(last.refresh_token)).rejects.toMatchObject(isRefused);
  });

  it('announces the end of a session whose token was stolen', async () => {
    const first = await signIn();
    await refresh(first.refresh_token);
    accounts.clock.advance(10_001);

    await expect(refresh(first.refresh_token)).rejects.toMatchObject(isRefused);

    const session_ids = [claimsOf(first.access_token)['sid']];
    expect(accounts.facts).toMatchObject([
      { type: 'session.ended', org_id: null, data: { user_id: ann.id, session_ids } },
    ]);
  });

  it('refuses an unknown token', async () => {
    await expect(refresh('never issued')).rejects.toMatchObject(isRefused);
  });

  it('opens one line of tokens for two tabs that refresh concurrently', async () => {
    const { refresh_token } = await signIn();

    const [one, other] = await Promise.all([refresh(refresh_token), refresh(refresh_token)]);

    expect(other).toEqual(one);
    expect(accounts.uow.tables.refreshTokens.size).toBe(2);
    await expect(refresh(one.refresh_token)).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  it('repeats the answer after a crash between the commit and the answer', async () => {
    const { refresh_token } = await signIn();
    const across = accounts.uow.acrossOrganizations.bind(accounts.uow);
    let calls = 0;
    accounts.uow.acrossOrganizations = (work) =>
      (calls += 1) === 1 ? across(work) : Promise.reject(new Error('no database'));
    await expect(refresh(refresh_token)).rejects.toThrow('no database');
    accounts.uow.acrossOrganizations = across;

    const { refresh_token: next } = await refresh(refresh_token);

    await expect(refresh(next)).resolves.toMatchObject({ user: { id: ann.id } });
  });

  it.each([
    ['locked', { lockedAt: new Date() }],
    ['left without a password', { passwordHash: undefined }],
  ])('refuses the token of a person that was %s, and issues none by it', async (_, change) => {
    const { refresh_token } = await signIn();
    const changed = changeUser(ann, change, accounts.clock.now());
    await accounts.uow.acrossOrganizations(({ users }) => users.save(changed));

    await expect(refresh(refresh_token)).rejects.toMatchObject(isRefused);

    expect(accounts.uow.tables.refreshTokens.size).toBe(1);
    expect(accounts.uow.queued).toEqual([]);
  });

  it('refuses the token of a person that was deleted', async () => {
    const { refresh_token } = await signIn();
    await accounts.uow.acrossOrganizations(({ users }) => users.remove(ann.id));

    await expect(refresh(refresh_token)).rejects.toMatchObject(isRefused);
  });

  it('records where the session was used last, but not for a repeated answer', async () => {
    const { refresh_token } = await signIn();
    const from = (ip: string) =>
      accounts
        .useCases()
        .refreshSession.execute({ refresh_token, client_type: 'web' }, { ...stranger, ip, user_agent: 'Firefox' });
    accounts.clock.advance(5_000);
    await from('192.0.2.7');
    accounts.clock.advance(5_000);
    await from('198.51.100.1');

    const [session] = [...accounts.uow.tables.sessions.values()];

    expect(session?.lastUse).toEqual({
      at: new Date(accounts.clock.at - 5_000),
      address: '192.0.2.7',
      userAgent: 'Firefox',
    });
  });

  it('keeps the scope of the sign-in in every access token', async () => {
    const command = { email: ann.email, password: PASSWORD, client_type: 'web', address: 'here' } as const;
    const { refresh_token } = await accounts.useCases().signIn.execute({ ...command, scope: ['read'] }, stranger);

    const { access_token } = await refresh(refresh_token);

    expect(claimsOf(access_token)['scope']).toBe('read');
  });
});
