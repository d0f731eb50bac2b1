import { DAY_MS, InMemoryAccounts, originIn, PASSWORD, stranger } from '../../../test/in-memory/world.js';

describe('PurgeExpired', () => {
  it('runs once a day, in one of many processes', async () => {
    const accounts = new InMemoryAccounts();
    const purge = () => accounts.useCases().purgeExpired.execute();

    const outcomes = await Promise.all([purge(), purge(), purge()]);

    expect(outcomes.filter((rows) => rows !== undefined)).toEqual([0]);
    accounts.clock.advance(DAY_MS - 1);
    await expect(purge()).resolves.toBeUndefined();
    accounts.clock.advance(1);
    await expect(purge()).resolves.toBe(0);
  });

  it('deletes sessions a day after they ended or their last token expired', async () => {
    const accounts = new InMemoryAccounts();
    const { signIn, signOut, purgeExpired } = accounts.useCases();
    const { email } = await accounts.user('ann@loom.localhost');
    const open = () => signIn.execute({ email, password: PASSWORD, client_type: 'web', address: 'here' }, stranger);
    const [ended] = [await open(), await open()];
    await signOut.execute({ refresh_token: ended!.refresh_token }, stranger);

    accounts.clock.advance(DAY_MS);
    await expect(purgeExpired.execute()).resolves.toBe(0);
    accounts.clock.advance(DAY_MS);
    await expect(purgeExpired.execute()).resolves.toBe(1);
    accounts.clock.advance(7 * DAY_MS);
    await expect(purgeExpired.execute()).resolves.toBe(2); // the other session and its token

    expect(accounts.uow.tables.sessions.size).toBe(0);
  });

  it('deletes environments 30 days after they were deleted softly', async () => {
    const accounts = new InMemoryAccounts();
    const root = await accounts.superAdmin();
    const { deleteEnvironment, purgeExpired } = accounts.useCases();
    const acme = await accounts.organization(root);
    await deleteEnvironment.execute({ environment: 'dev' }, originIn(acme, root));

    accounts.clock.advance(30 * DAY_MS);
    await expect(purgeExpired.execute()).resolves.toBe(0);
    accounts.clock.advance(DAY_MS);

    await expect(purgeExpired.execute()).resolves.toBe(1);
    expect(accounts.uow.tables.environments.size).toBe(1);
  });
});
