import { DAY_MS, InMemoryAccounts, PASSWORD, stranger } from '../../../test/in-memory/world.js';

describe('SignOut', () => {
  it('ends the session of the token, with one audit entry, however often it is asked', async () => {
    const accounts = new InMemoryAccounts();
    const { signIn, signOut, refreshSession } = accounts.useCases();
    const ann = await accounts.user('ann@loom.localhost');
    const command = { email: ann.email, password: PASSWORD, client_type: 'web' as const, address: 'here' };
    const { refresh_token } = await signIn.execute(command, stranger);
    accounts.arranged();

    await expect(signOut.execute({ refresh_token }, stranger)).resolves.toEqual({});
    await expect(signOut.execute({ refresh_token }, stranger)).resolves.toEqual({});

    expect(accounts.audited).toMatchObject([
      { actor: { type: 'user', id: ann.id, name: ann.email }, data: { event: 'UserSignedOut' } },
    ]);
    expect(accounts.facts).toMatchObject([{ type: 'session.ended', org_id: null, data: { user_id: ann.id } }]);
    const refreshing = refreshSession.execute({ refresh_token, client_type: 'web' }, stranger);
    await expect(refreshing).rejects.toMatchObject({ code: 'invalid_refresh_token' });
  });

  it('accepts an unknown token, and does nothing', async () => {
    const accounts = new InMemoryAccounts();

    await expect(accounts.useCases().signOut.execute({ refresh_token: 'never issued' }, stranger)).resolves.toEqual({});

    expect(accounts.audited).toEqual([]);
  });

  it('ends the session of a token that was exchanged before or has expired, and no other session', async () => {
    const accounts = new InMemoryAccounts();
    const { signIn, signOut, refreshSession } = accounts.useCases();
    const ann = await accounts.user('ann@loom.localhost');
    const command = { email: ann.email, password: PASSWORD, client_type: 'web' as const, address: 'here' };
    const [first, other] = [await signIn.execute(command, stranger), await signIn.execute(command, stranger)];
    const { refresh_token } = await refreshSession.execute({ ...first, client_type: 'web' }, stranger);

    await signOut.execute(first, stranger);

    const ended = [...accounts.uow.tables.sessions.values()].filter(({ endedAt }) => endedAt !== undefined);
    expect(ended).toHaveLength(1);
    const refreshing = refreshSession.execute({ refresh_token, client_type: 'web' }, stranger);
    await expect(refreshing).rejects.toMatchObject({ code: 'invalid_refresh_token' });
    accounts.clock.advance(8 * DAY_MS);
    await expect(signOut.execute(other, stranger)).resolves.toEqual({});
    expect(accounts.facts.map(({ type }) => type)).toEqual(['session.ended', 'session.ended']);
  });
});
