import { claimsOf, DAY_MS, InMemoryAccounts, PASSWORD, stranger } from '../../../test/in-memory/world.js';
import type { User } from '../../domain/people/user.js';

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
});
