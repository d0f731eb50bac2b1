import { InMemoryAccounts, platformOrigin, stranger } from '../../../test/in-memory/world.js';
import { changeUser, type User } from '../../domain/people/user.js';
import { assertOneSuperAdminStays, assertSuperAdmin, callingUser } from './super-admins.js';

describe('the super admins', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
  });
  const locked = () => ({ isSuperAdmin: true, lockedAt: accounts.clock.now() });
  const pending = { isSuperAdmin: true, passwordHash: undefined };

  describe('as callers', () => {
    const assert = (origin = platformOrigin(root)) =>
      accounts.uow.acrossOrganizations((stores) => assertSuperAdmin(stores, origin));

    it('are people that are stored as such, whatever the request holds about them', async () => {
      await expect(assert()).resolves.toEqual(root);
      const ann = await accounts.user('ann@loom.localhost');

      await expect(assert(platformOrigin({ ...ann, isSuperAdmin: true }))).rejects.toMatchObject({ code: 'forbidden' });
    });

    it.each([
      ['is locked', locked],
      ['has not accepted', () => pending],
    ])('do not count while one %s: an old access token gives no rights', async (_, change) => {
      const one = await accounts.user('one@loom.localhost', change());

      await expect(assert(platformOrigin(one))).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('are no API keys and no service, though the id is the one of a person', async () => {
      for (const type of ['api_key', 'system'] as const) {
        const origin = { ...stranger, actor: { type, id: root.id } };
        await expect(assert(origin)).rejects.toMatchObject({ code: 'forbidden' });
        await expect(
          accounts.uow.acrossOrganizations((stores) => callingUser(stores, origin)),
        ).resolves.toBeUndefined();
      }
    });

    it('that were deleted have no rights left', async () => {
      await accounts.uow.acrossOrganizations(({ users }) => users.remove(root.id));

      await expect(assert()).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  describe('of which one stays', () => {
    const assert = (before: User, after?: User) =>
      accounts.uow.acrossOrganizations((stores) => assertOneSuperAdminStays(stores, before, after));
    const change = (user: User, changes: Partial<User>) => changeUser(user, changes, accounts.clock.now());
    const lastOne = { code: 'conflict' };

    it.each([
      ['deleted', undefined],
      ['demoted', { isSuperAdmin: false }],
      ['locked', { lockedAt: new Date() }],
    ])('the last one is not %s', async (_, changes) => {
      await expect(assert(root, changes && change(root, changes))).rejects.toMatchObject(lastOne);
    });

    it('the last one may be changed otherwise', async () => {
      await expect(assert(root, change(root, { passwordHash: 'another' }))).resolves.toBeUndefined();
    });

    it('one that cannot sign in replaces none, and may go', async () => {
      const others = [
        await accounts.user('locked@loom.localhost', locked()),
        await accounts.user('pending@loom.localhost', pending),
      ];
      await expect(assert(root)).rejects.toMatchObject(lastOne);

      for (const other of others) await expect(assert(other)).resolves.toBeUndefined();
    });

    it('another one that can sign in replaces the last one', async () => {
      await accounts.superAdmin('other@loom.localhost');

      await expect(assert(root)).resolves.toBeUndefined();
    });
  });
});
