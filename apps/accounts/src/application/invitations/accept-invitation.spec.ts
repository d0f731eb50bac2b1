import { DAY_MS, hashOf, InMemoryAccounts, PASSWORD, platformOrigin, stranger } from '../../../test/in-memory/world.js';

describe('AcceptInvitation', () => {
  const email = 'ann@loom.localhost';
  let accounts: InMemoryAccounts;
  let token: string;
  let userId: string;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    const root = await accounts.superAdmin();
    const invited = await accounts.useCases().createUser.execute({ email }, platformOrigin(root));
    [token, userId] = [invited.invite_token!, invited.id];
    accounts.arranged();
  });

  const accept = (command: object = {}) =>
    accounts.useCases().acceptInvitation.execute({ token, password: PASSWORD, ...command }, stranger);
  const invalidLink = { code: 'invalid_token' };

  it('sets the password of the invited person, with one audit entry', async () => {
    await expect(accept()).resolves.toEqual({ id: userId, email, is_super_admin: false });

    expect(accounts.uow.tables.users.get(userId)).toMatchObject({ passwordHash: hashOf(PASSWORD), version: 2 });
    expect(accounts.audited).toMatchObject([
      {
        actor: { id: userId, name: email },
        data: { event: 'UserActivated', before: { pending: true }, after: { pending: false } },
      },
    ]);
  });

  it('works once, also of two concurrent requests', async () => {
    const outcomes = await Promise.allSettled([accept(), accept()]);

    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: invalidLink }]);
    await expect(accept()).rejects.toMatchObject(invalidLink);
  });

  it('refuses an unknown token and one that is seven days old', async () => {
    await expect(accept({ token: 'never issued' })).rejects.toMatchObject(invalidLink);
    accounts.clock.advance(7 * DAY_MS);

    await expect(accept()).rejects.toMatchObject(invalidLink);
  });

  it('does not use up the invitation when the password is refused', async () => {
    await expect(accept({ password: 'short' })).rejects.toMatchObject({ code: 'invalid_password' });

    await expect(accept()).resolves.toMatchObject({ email });
  });
});
