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
  const save = (change: Partial<User>) =>
    accounts.uow.acrossOrganizations(({ users }) => users.save(changeUser(ann, change, accounts.clock.now())));

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
    expect(accounts.uow.tables.sessions.size).toBe(0);
  });

  it('audits the address that was tried, the account, the network and the address of the request', async () => {
    const origin = { ...stranger, ip: '2001:db8:1:2::7' };
    const command = {
      email: 'Ann@loom.localhost',
      password: 'x',
      client_type: 'web' as const,
      address: '2001:db8:1:2::7',
    };
    await expect(accounts.useCases().signIn.execute(command, origin)).rejects.toMatchObject(wrong);

    expect(accounts.audited).toMatchObject([
      {
        data: {
          resource_id: ann.id,
          ip: '2001:db8:1:2::7',
          metadata: { email: 'ann@loom.localhost', network: '2001:db8:1:2', count: 1 },
        },
      },
    ]);
  });

  it('audits no text that is no address: people type passwords into the wrong field', async () => {
    await expect(signIn({ email: 'my secret password' })).rejects.toMatchObject(wrong);

    expect(JSON.stringify(accounts.audited)).not.toContain('my secret');
  });

  it('audits a flood as two entries a minute for each account and network, without losing a failure', async () => {
    const { signIn: useCase, failedSignIns } = accounts.useCases();
    const tries = async (email: string, address: string, times: number): Promise<void> => {
      for (let i = 0; i < times; i += 1) {
        accounts.clock.advance(30_000); // below the limit of failures
        const command = { email, password: 'wrong', client_type: 'web' as const, address };
        await expect(useCase.execute(command, stranger)).rejects.toMatchObject(wrong);
      }
    };
    await tries(ann.email, '192.0.2.1', 50);
    for (let i = 0; i < 50; i += 1) await tries(`none${i}@loom.localhost`, '192.0.2.2', 1);
    await failedSignIns.endMinute();
    await failedSignIns.endMinute();

    const counts = accounts.audited.map(({ data }) => [data.resource_id, data.metadata['count']]);
    expect(counts).toEqual([
      [ann.id, 1],
      ['unknown', 1],
      [ann.id, 49],
      ['unknown', 49],
    ]);
  });

  it('gives way to accounts that were used from the network before, then to networks without failures', async () => {
    await signIn({ address: '192.0.2.1' });
    await code({ email: 'bob@loom.localhost', address: '192.0.2.1' });
    await code({ email: 'bob@loom.localhost', address: '192.0.2.1' });
    await signIn({ address: '192.0.2.1' });
    await signIn({ address: '192.0.2.9' });

    expect(accounts.hasher.ranks).toEqual(['usual', 'usual', 'suspect', 'known', 'usual']);
  });

  it('takes all spellings of an address and of a password for one', async () => {
    const [email, password] = ['jürgen@münchen.de', 'schönes langes Wort'];
    await accounts.user(email, { passwordHash: hashOf(password.normalize('NFC')) });

    for (const form of ['NFC', 'NFD'] as const) {
      const spelled = { email: email.normalize(form).toUpperCase(), password: password.normalize(form) };
      await expect(signIn(spelled)).resolves.toMatchObject({ user: { email } });
    }
    await expect(signIn({ email: 'jürgen@xn--mnchen-3ya.de', password })).resolves.toMatchObject({ user: { email } });
  });

  it('accepts a password whose hash was stored as it was typed, and stores the hash of its normal form', async () => {
    const typed = 'schönes langes Wort'.normalize('NFD');
    const old = await accounts.user('old@loom.localhost', { passwordHash: hashOf(typed) });

    await expect(signIn({ email: old.email, password: typed })).resolves.toMatchObject({ token_type: 'Bearer' });

    expect(accounts.uow.tables.users.get(old.id)?.passwordHash).toBe(hashOf(typed.normalize('NFC')));
    await expect(signIn({ email: old.email, password: typed.normalize('NFC') })).resolves.toMatchObject({
      user: { id: old.id },
    });
  });

  it('finds an address that was stored before addresses were checked', async () => {
    const odd = await accounts.user('<ann@b.c>');

    await expect(signIn({ email: '<Ann@b.c>' })).resolves.toMatchObject({ user: { id: odd.id } });
  });

  it('spends no hash on a text that is longer than every password', async () => {
    await expect(signIn({ password: 'x'.repeat(1_000_000) })).rejects.toMatchObject(wrong);

    expect(accounts.hasher.ranks).toEqual([]);
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

  it('counts all addresses of one IPv6 network together', async () => {
    for (let i = 0; i < FAILURES; i += 1) {
      await expect(code({ password: 'wrong', address: `2001:db8:1:2::${i}` })).resolves.toBe(wrong.code);
    }

    await expect(code({ address: '2001:db8:1:2:ffff::1' })).resolves.toBe('rate_limited');
    await expect(signIn({ address: '2001:db8:1:3::1' })).resolves.toMatchObject({ token_type: 'Bearer' });
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

  it.each([
    ['deleted', () => accounts.uow.acrossOrganizations(({ users }) => users.remove(ann.id))],
    ['locked', () => save({ lockedAt: accounts.clock.now() })],
  ])('opens no session of a person that was %s while the password was compared', async (_, act) => {
    accounts.hasher.onVerify = act;

    await expect(signIn()).rejects.toMatchObject(wrong);

    expect(accounts.uow.tables.sessions.size).toBe(0);
    expect(accounts.audited).toMatchObject([{ data: { event: 'UserSignInFailed' } }]);
  });

  it('spends one hash on every attempt, whether or not there is an account that can sign in', async () => {
    await accounts.user('new@loom.localhost', { passwordHash: undefined });
    await accounts.user('out@loom.localhost', { lockedAt: accounts.clock.now() });

    for (const name of ['ann', 'none', 'new', 'out']) await code({ email: `${name}@loom.localhost`, password: 'no' });

    expect(accounts.hasher.ranks).toHaveLength(4);
  });

  it('counts the right password of a locked person like a wrong one', async () => {
    await save({ lockedAt: accounts.clock.now() });
    for (let i = 0; i < FAILURES; i += 1) await expect(code({})).resolves.toBe(wrong.code);

    await expect(code({})).resolves.toBe('rate_limited');
  });

  it('spends no hash and no audit entry on an attempt above the limit, or with an unknown scope', async () => {
    for (let i = 0; i < FAILURES; i += 1) await code({ password: 'wrong' });
    accounts.arranged();
    const spent = accounts.hasher.ranks.length;

    await expect(code({ password: 'wrong' })).resolves.toBe('rate_limited');
    await expect(code({ scope: ['all'], address: 'elsewhere' })).resolves.toBe('invalid_type');

    expect(accounts.hasher.ranks).toHaveLength(spent);
    expect(accounts.uow.queued).toEqual([]);
  });
});
