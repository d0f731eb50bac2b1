import { claimsOf, FAILURES, hashOf, InMemoryAccounts, PASSWORD, stranger } from '../../../test/in-memory/world.js';
import { changeUser, type User } from '../../domain/people/user.js';

describe('SignIn', () => {
  let accounts: InMemoryAccounts;
  let ann: User;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    ann = await accounts.user('ann@loom.localhost');
  });

  const signIn = (command: object = {}) => {
    const complete = { email: ann.email, password: PASSWORD, client_type: 'web' as const, address: 'here', ...command };
    return accounts.useCases().signIn.execute(complete, stranger);
  };
  const code = (command: object) => signIn(command).catch((error: { code: string }) => error.code);
  const wrong = { code: 'invalid_credentials' };

  it('opens a session with tokens of its person, and one audit entry', async () => {
    const pair = await signIn({ email: '  ANN@loom.localhost ' });

    expect(pair).toMatchObject({ token_type: 'Bearer', expires_in: 900, user: { id: ann.id } });
    const { iat, exp, ...claims } = claimsOf(pair.access_token);
    expect(claims).toMatchObject({ iss: 'loom', aud: 'loom', sub: ann.id });
    expect(Number(exp) - Number(iat)).toBe(900);
    expect(claims).not.toHaveProperty('scope');
    expect([...accounts.uow.tables.sessions.values()]).toMatchObject([{ id: claims['sid'], userId: ann.id }]);
    expect(accounts.audited).toMatchObject([
      { org_id: null, actor: { id: ann.id, name: ann.email }, data: { event: 'UserSignedIn', severity: 'info' } },
    ]);
  });

  it('stores no token, only its hash', async () => {
    const { refresh_token } = await signIn();

    expect(JSON.stringify([...accounts.uow.tables.refreshTokens.values()])).not.toContain(refresh_token);
  });

  it('narrows the access token to the scope that was asked for', async () => {
    const { access_token } = await signIn({ scope: ['read'] });

    expect(claimsOf(access_token)).toMatchObject({ scope: 'read' });
    await expect(signIn({ scope: [] })).rejects.toMatchObject({ code: 'invalid_type' });
  });

  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['an unknown address', { email: 'bob@loom.localhost' }],
    ['a text that is not an address', { email: 'bob' }],
  ])('answers %s with the same refusal and a warning in the audit log', async (_what, command) => {
    await expect(signIn(command)).rejects.toMatchObject({ ...wrong, message: 'E-mail or password is wrong' });

    expect(accounts.audited).toMatchObject([
      { actor: { type: 'system' }, data: { event: 'UserSignInFailed', severity: 'warning', action: 'sign_in' } },
    ]);
    expect(JSON.stringify(accounts.audited)).not.toContain('bob');
    expect(accounts.uow.tables.sessions.size).toBe(0);
  });

  it('refuses a person that was invited and has no password yet', async () => {
    await accounts.user('new@loom.localhost', { passwordHash: undefined });

    await expect(signIn({ email: 'new@loom.localhost', password: '' })).rejects.toMatchObject(wrong);
  });

  it('limits failures per account and address, and does not count successes', async () => {
    for (let i = 0; i < 2 * FAILURES; i += 1) await signIn();
    for (let i = 0; i < FAILURES; i += 1) await expect(code({ password: 'wrong' })).resolves.toBe(wrong.code);

    await expect(code({})).resolves.toBe('rate_limited');
    await expect(signIn({ address: 'elsewhere' })).resolves.toMatchObject({ token_type: 'Bearer' });
    accounts.clock.advance(60_000);
    await expect(signIn()).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  it('does not count a fault of the service as a failure', async () => {
    accounts.hasher.onVerify = () => Promise.reject(new Error('overloaded'));
    for (let i = 0; i < 2 * FAILURES; i += 1) await expect(signIn()).rejects.toThrow('overloaded');
    accounts.hasher.onVerify = async () => undefined;

    await expect(signIn()).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  it('opens no session with a password that was changed while it was compared', async () => {
    const changed = changeUser(ann, { passwordHash: hashOf('another password') }, accounts.clock.now());
    accounts.hasher.onVerify = () => accounts.uow.acrossOrganizations(({ users }) => users.save(changed));

    await expect(signIn()).rejects.toMatchObject(wrong);

    expect(accounts.uow.tables.sessions.size).toBe(0);
  });
});
