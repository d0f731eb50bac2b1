import { accountsRpc } from '#libs/contracts';
import { ADMIN, accountsProcess, anOrigin, type AccountsProcess } from '../world.js';

describe('accounts with other settings', () => {
  let accounts: AccountsProcess;
  beforeAll(async () => {
    accounts = await accountsProcess({ LOOM_OPEN_ORGS: 'true', LOOM_ACCESS_TTL: '5m', LOOM_LIMIT_SIGN_IN: '1' });
  });
  afterAll(() => accounts.stop());

  const signIn = (password: string) =>
    accounts.ask(accountsRpc.signIn, { email: ADMIN.email, password, client_type: 'web', address: 'here' });

  it('lets every user create organizations, and see those alone', async () => {
    const member = '01900000-0000-7000-8000-0000000000ab';
    await accounts.database.sql(`insert into app_user values ($1, 'a@b.c', 'x', false, 1, now(), now())`, [member]);
    const create = (actor: string) =>
      accounts.ask(accountsRpc.createOrganization, { name: actor }, anOrigin('platform', actor));

    const mine = await create(member);

    const page = { limit: 10, order: 'asc' } as const;
    const listed = await accounts.ask(accountsRpc.listOrganizations, { user_id: member, page });
    expect(listed.data).toEqual([mine]);
    await expect(create('01900000-0000-7000-8000-00000000dead')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('applies the lifetime of tokens and the limit of failures', async () => {
    await expect(signIn(ADMIN.password)).resolves.toMatchObject({ expires_in: 300 });
    await expect(signIn('wrong')).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(signIn('wrong')).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('refuses requests without an origin', async () => {
    const page = { limit: 10, order: 'asc' } as const;

    await expect(accounts.ask(accountsRpc.listEnvironments, { page })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await expect(accounts.ask(accountsRpc.createOrganization, { name: 'x' })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });
});
