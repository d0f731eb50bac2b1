import { decodeJwt } from 'jose';
import { accountsRpc, type TokenPair, type TokenScope } from '#libs/contracts';
import { ADMIN, accountsProcess, anOrigin, type AccountsProcess } from '../world.js';

const PASSWORD = 'a password of my own';
const OTHER = 'another one of my own';
const stranger = anOrigin('platform', 'stranger', { type: 'system' });

describe('people', () => {
  let accounts: AccountsProcess;
  let root: string;
  let count = 0;

  const address = (): string => `person-${(count += 1)}@loom.localhost`;
  const create = (
    command: { email: string; password?: string; is_super_admin?: boolean },
    by = root,
    scope = 'platform',
  ) => accounts.ask(accountsRpc.createUser, command, anOrigin(scope, by));
  const accept = (token: string, password = PASSWORD) =>
    accounts.ask(accountsRpc.acceptInvitation, { token, password });
  const signIn = (email: string, password: string, scope?: TokenScope[]): Promise<TokenPair> => {
    const command = { email, password, scope, client_type: 'web' as const, address: `10.1.0.${(count += 1)}` };
    return accounts.ask(accountsRpc.signIn, command, stranger);
  };
  const refresh = (refresh_token: string) =>
    accounts.ask(accountsRpc.refresh, { refresh_token, client_type: 'web' }, stranger);
  beforeAll(async () => {
    accounts = await accountsProcess();
    const [admin] = await accounts.database.sql('select id from app_user');
    root = admin!['id'] as string;
  });
  afterAll(() => accounts.stop());

  it('with a password can sign in at once', async () => {
    const email = address();

    const made = await create({ email: email.toUpperCase(), password: PASSWORD });

    expect(made).toMatchObject({ email, is_super_admin: false, pending: false });
    expect(made).not.toHaveProperty('invite_token');
    await expect(signIn(email, PASSWORD)).resolves.toMatchObject({ user: { id: made.id } });
    await expect(create({ email, password: PASSWORD })).rejects.toMatchObject({ code: 'already_exists' });
    await expect(create({ email: address(), password: 'short' })).rejects.toMatchObject({ code: 'invalid_password' });
    await expect(create({ email: 'none', password: PASSWORD })).rejects.toMatchObject({ code: 'invalid_email' });
  });

  it('without one are invited: one audit entry without the token, which is stored as a hash', async () => {
    const email = address();
    const origin = anOrigin('platform', root);

    const made = await accounts.ask(accountsRpc.createUser, { email }, origin);

    const { audited } = await accounts.published(origin.request_id);
    const stored = await accounts.database.sql('select * from invitation where user_id = $1', [made.id]);
    expect(made).toMatchObject({ pending: true, invite_token: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const sevenDaysMs = 7 * 86_400_000;
    expect(Date.parse(made.invite_expires_at!) - Date.parse(made.created_at)).toBe(sevenDaysMs);
    expect(audited).toMatchObject([{ org_id: null, data: { event: 'UserInvited', resource_id: made.id } }]);
    expect(stored).toHaveLength(1);
    expect(JSON.stringify([audited, stored])).not.toContain(made.invite_token);
    await expect(signIn(email, '')).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('accept with a password, once, also by concurrent requests', async () => {
    const email = address();
    const { invite_token: token = '' } = await create({ email });
    await expect(accept(token, 'short')).rejects.toMatchObject({ code: 'invalid_password' });

    const outcomes = await Promise.allSettled([accept(token, PASSWORD), accept(token, OTHER)]);

    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    expect(outcomes[1 - winner]).toMatchObject({ status: 'rejected', reason: { code: 'invalid_token' } });
    await expect(signIn(email, winner === 0 ? PASSWORD : OTHER)).resolves.toMatchObject({ user: { email } });
    await expect(signIn(email, winner === 0 ? OTHER : PASSWORD)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(accept(token)).rejects.toMatchObject({ code: 'invalid_token' });
    await expect(accept('never issued')).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('cannot accept too late; invited again, the new token works and the old one does not', async () => {
    const email = address();
    const { id, invite_token: first = '' } = await create({ email });
    await accounts.database.sql(`update invitation set expires_at = now() where user_id = $1`, [id]);
    await expect(accept(first)).rejects.toMatchObject({ code: 'invalid_token' });

    const again = await create({ email });
    const third = await create({ email });

    expect(again.id).toBe(id);
    for (const token of [first, again.invite_token!]) {
      await expect(accept(token)).rejects.toMatchObject({ code: 'invalid_token' });
    }
    await expect(accept(third.invite_token!)).resolves.toEqual({ id, email, is_super_admin: false });
    await expect(create({ email })).rejects.toMatchObject({ code: 'already_exists' });
  });

  it('are created by super admins alone; no other person gets a link', async () => {
    const admin = (await create({ email: address(), password: PASSWORD })).id;
    const command = { name: 'people-invite', slug: 'people-invite' };
    const { id: org } = await accounts.ask(accountsRpc.createOrganization, command, anOrigin('platform', root));
    const invited = { email: 'x@loom.localhost', role: 'admin', permissions: [] } as const;
    const { invite_token: link } = await accounts.ask(accountsRpc.inviteMember, invited, anOrigin(org, root));
    await accounts.ask(accountsRpc.acceptInvitation, { token: link! }, anOrigin('platform', admin));
    const email = address();
    const { invite_token: token = '' } = await create({ email });
    const forbidden = { code: 'forbidden' };

    for (const scope of ['platform', org]) {
      await expect(create({ email }, admin, scope)).rejects.toMatchObject(forbidden);
      await expect(create({ email: address() }, admin, scope)).rejects.toMatchObject(forbidden);
    }

    await expect(accept(token)).resolves.toMatchObject({ email });
  });

  it('that are pending keep their rights: a promotion is refused', async () => {
    const { id } = await create({ email: address() });
    const promote = { user_id: id, is_super_admin: true };

    const promoting = accounts.ask(accountsRpc.updateUser, promote, anOrigin('platform', root));

    await expect(promoting).rejects.toMatchObject({ code: 'conflict' });
  });

  it('are locked and deleted, with a fact of the platform', async () => {
    const { id, email } = await create({ email: address(), password: PASSWORD });
    const origin = anOrigin('platform', root);
    await accounts.ask(accountsRpc.lockUser, { user_id: id }, origin);

    const { facts } = await accounts.published(origin.request_id);
    expect(facts.filter(({ type }) => type.startsWith('user.'))).toMatchObject([
      { type: 'user.updated', org_id: null, data: { user_id: id, can_sign_in: false } },
    ]);
    await expect(signIn(email, PASSWORD)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(accounts.ask(accountsRpc.getUser, { user_id: id })).rejects.toMatchObject({ code: 'not_found' });
    await accounts.ask(accountsRpc.deleteUser, { user_id: id }, anOrigin('platform', root));
    await expect(create({ email, password: PASSWORD })).resolves.toMatchObject({ email });
  });

  it('reset their password by a link of a super admin', async () => {
    const { id, email } = await create({ email: address(), password: PASSWORD });
    const { reset_token: token = '' } = await accounts.ask(
      accountsRpc.makeResetLink,
      { user_id: id },
      anOrigin('platform', root),
    );
    const reset = () => accounts.ask(accountsRpc.resetPassword, { token, password: OTHER });

    const outcomes = await Promise.allSettled([reset(), reset()]);

    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(signIn(email, OTHER)).resolves.toMatchObject({ user: { id } });
    await expect(signIn(email, PASSWORD)).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('change their password: other sessions end, this one goes on', async () => {
    const email = address();
    const { id } = await create({ email, password: PASSWORD });
    const [here, there] = [await signIn(email, PASSWORD), await signIn(email, PASSWORD)];
    const origin = anOrigin('platform', id);
    const session_id = decodeJwt(here.access_token)['sid'] as string;
    const change = (current: string, next: string, by = origin) =>
      accounts.ask(accountsRpc.changePassword, { current, new: next, session_id }, by);

    await expect(change(PASSWORD, OTHER)).resolves.toEqual({ ended_sessions: 1 });

    const { audited } = await accounts.published(origin.request_id);
    expect(audited).toMatchObject([{ actor: { id }, data: { event: 'UserPasswordChanged' } }]);
    await expect(refresh(there.refresh_token)).rejects.toMatchObject({ code: 'invalid_refresh_token' });
    await expect(refresh(here.refresh_token)).resolves.toMatchObject({ user: { id } });
    await expect(signIn(email, PASSWORD)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(signIn(email, OTHER)).resolves.toMatchObject({ user: { id } });
    await expect(change(OTHER, 'short')).rejects.toMatchObject({ code: 'invalid_password' });
  });

  it('cannot guess a password with a stolen session', async () => {
    const { id } = await create({ email: address(), password: PASSWORD });
    const guess = () =>
      accounts
        .ask(accountsRpc.changePassword, { current: 'wrong', new: OTHER }, anOrigin('platform', id))
        .catch(({ code }: { code: string }) => code);

    const codes = await Promise.all(Array.from({ length: 7 }, guess));

    expect(codes.toSorted()).toEqual([
      ...Array<string>(5).fill('invalid_credentials'),
      ...Array<string>(2).fill('rate_limited'),
    ]);
  });

  it('may narrow their session: every token of it has the scope', async () => {
    const pair = await signIn(ADMIN.email, ADMIN.password, ['read']);

    const renewed = await refresh(pair.refresh_token);

    expect(decodeJwt(pair.access_token)['scope']).toBe('read');
    expect(decodeJwt(renewed.access_token)['scope']).toBe('read');
    await expect(signIn(ADMIN.email, ADMIN.password, [])).rejects.toMatchObject({ code: 'invalid_type' });
  });

  it('and organizations are listed for super admins alone', async () => {
    const member = (await create({ email: 'needle@haystack.localhost', password: PASSWORD })).id;
    const users = (search?: string, by = root) =>
      accounts.ask(accountsRpc.listUsers, { page: { limit: 50, order: 'asc' }, search }, anOrigin('platform', by));
    const organizations = (by: string) =>
      accounts.ask(accountsRpc.listAllOrganizations, { page: { limit: 200, order: 'asc' } }, anOrigin('platform', by));

    const [all] = await accounts.database.sql('select count(*)::int as n from organization');

    expect((await users()).data.length).toBeGreaterThan(1);
    expect((await users('NEEDLE@')).data).toMatchObject([{ id: member, pending: false, version: 1 }]);
    expect((await users('%')).data).toEqual([]);
    expect((await organizations(root)).data).toHaveLength(all!['n'] as number);
    await expect(users(undefined, member)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(organizations(member)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('always include a super admin that can sign in, also when the last two demote each other concurrently', async () => {
    const rights = (user_id: string, is_super_admin: boolean, by: string, if_version?: number) =>
      accounts.ask(accountsRpc.updateUser, { user_id, is_super_admin, if_version }, anOrigin('platform', by));
    await create({ email: address(), is_super_admin: true }); // has not accepted yet, so it does not count
    await expect(rights(root, false, root)).rejects.toMatchObject({ code: 'conflict' });
    const { id } = await create({ email: address(), password: PASSWORD });
    await expect(rights(id, true, id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(rights(id, true, root, 7)).rejects.toMatchObject({ code: 'version_conflict' });
    await expect(rights(id, true, root, 1)).resolves.toMatchObject({ is_super_admin: true, version: 2 });

    const outcomes = await Promise.allSettled([rights(id, false, root), rights(root, false, id)]);

    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'forbidden' } }]);
    await expect(
      accounts.database.sql('select 1 from app_user where is_super_admin and password_hash is not null'),
    ).resolves.toHaveLength(1);
    await accounts.database.sql('update app_user set is_super_admin = true where id = $1', [root]);
  });
});
