import type { PlatformStores } from '../../src/application/ports/unit-of-work.js';
import { invite } from '../../src/domain/people/invitation.js';
import { passwordReset } from '../../src/domain/people/password-reset.js';
import { uuidv7 } from 'uuidv7';
import { aMember, aUser, day, next, UNKNOWN } from './builders.js';
import { anOrganizationIn, aUserIn, type SubjectOf } from './subject.js';

export function usersContract(subject: SubjectOf): void {
  describe('a user', () => {
    const across = <T>(work: (stores: PlatformStores) => Promise<T>) => subject().uow.acrossOrganizations(work);

    it('is found by id and by address without case', async () => {
      await expect(across(({ users }) => users.any())).resolves.toBe(false);
      const user = await aUserIn(subject(), { email: 'ann@loom.localhost', invitedBy: 'root' });

      await expect(across(({ users }) => users.any())).resolves.toBe(true);
      await expect(across(({ users }) => users.find(user.id))).resolves.toEqual(user);
      await expect(across(({ users }) => users.findByEmail('Ann@Loom.localhost'))).resolves.toEqual(user);
      await expect(across(({ users }) => users.lock(user.id))).resolves.toEqual(user);
    });

    it.each([UNKNOWN, 'x', '\u0000'])('is not found by the unknown id %j', async (id) => {
      await expect(across(({ users }) => users.find(id))).resolves.toBeUndefined();
      await expect(across(({ users }) => users.lock(id))).rejects.toMatchObject({ code: 'not_found' });
    });

    it('has an address of its own, whatever its case', async () => {
      await aUserIn(subject(), { email: 'ann@loom.localhost' });

      const again = across(({ users }) => users.add(aUser({ email: 'Ann@Loom.localhost' })));

      await expect(again).rejects.toMatchObject({ code: 'already_exists', details: [{ field: 'email' }] });
    });

    it('is saved when the version before is stored', async () => {
      const before = await aUserIn(subject(), { passwordHash: undefined });
      const after = next(before, { passwordHash: 'new', updatedAt: day(2) });

      await across(({ users }) => users.save(after));

      await expect(across(({ users }) => users.find(before.id))).resolves.toEqual(after);
      await expect(across(({ users }) => users.save(after))).rejects.toMatchObject({ code: 'version_conflict' });
    });

    it('shares its address with a pending person, and with no other account', async () => {
      const email = 'ann@loom.localhost';
      const pending = await aUserIn(subject(), { email, passwordHash: undefined });
      await expect(across(({ users }) => users.findByEmail(email))).resolves.toBeUndefined();
      const account = await aUserIn(subject(), { email });

      await expect(across(({ users }) => users.findByEmail('ANN@loom.localhost'))).resolves.toEqual(account);
      await expect(across(({ users }) => users.findPending('ANN@loom.localhost'))).resolves.toEqual(pending);
      const taken = { code: 'already_exists' };
      const activated = next(pending, { passwordHash: 'hash' });
      await expect(across(({ users }) => users.save(activated))).rejects.toMatchObject(taken);
      const again = aUser({ email, passwordHash: undefined });
      await expect(across(({ users }) => users.add(again))).rejects.toMatchObject(taken);
    });

    it('is removed with sessions and memberships', async () => {
      const user = await aUserIn(subject(), { lockedAt: day(1) });
      const organization = await anOrganizationIn(subject());
      const member = aMember(organization.id, user.id);
      await subject().uow.inOrganization(organization.id, ({ members }) => members.add(member));
      await across(({ memberships }) => expect(memberships.lockAll(user.id)).resolves.toEqual([member]));

      await across(({ users }) => users.remove(user.id));

      await expect(across(({ users }) => users.lockAny(user.id))).resolves.toBeUndefined();
      await expect(across(({ memberships }) => memberships.lockAll(user.id))).resolves.toEqual([]);
      await expect(across(({ memberships }) => memberships.lockAll('x'))).resolves.toEqual([]);
    });

    it('is named as the only admin where no other one can sign in', async () => {
      const [admin, locked] = [await aUserIn(subject()), await aUserIn(subject(), { lockedAt: day(1) })];
      const [alone, shared] = [await anOrganizationIn(subject()), await anOrganizationIn(subject())];
      const join = ({ id }: { id: string }, userId: string) =>
        subject().uow.inOrganization(id, ({ members }) => members.add(aMember(id, userId, { role: 'admin' })));
      for (const organization of [alone, shared]) await join(organization, admin.id);
      await join(alone, locked.id);
      await join(shared, (await aUserIn(subject())).id);

      const slugs = await across(({ memberships }) => memberships.onlyAdminOf(admin.id));

      expect(slugs).toEqual([alone.slug]);
    });

    it('counts the other super admins that can sign in', async () => {
      const root = await aUserIn(subject(), { isSuperAdmin: true });
      await aUserIn(subject(), { isSuperAdmin: true, lockedAt: day(1) });
      await aUserIn(subject(), { isSuperAdmin: true, passwordHash: undefined });
      await aUserIn(subject());
      const others = () => across(({ users }) => users.otherSuperAdmins(root.id));
      await expect(others()).resolves.toBe(0);

      await aUserIn(subject(), { isSuperAdmin: true });

      await expect(others()).resolves.toBe(1);
    });

    it('is listed by a part of the address; a cursor belongs to its search', async () => {
      for (const name of ['ann', 'anton', 'bob']) await aUserIn(subject(), { email: `${name}@loom.localhost` });
      const list = (search: string | undefined, cursor?: string) =>
        across(({ users }) => users.list({ search, page: { limit: 1, order: 'asc', cursor } }));
      const first = await list('AN');
      const second = await list('AN', first.next_cursor!);

      expect([...first.data, ...second.data].map(({ email }) => email)).toEqual([
        'ann@loom.localhost',
        'anton@loom.localhost',
      ]);
      expect(second.has_more).toBe(false);
      await expect(list('b', first.next_cursor!)).rejects.toMatchObject({ code: 'invalid_cursor' });
      await expect(list(undefined)).resolves.toMatchObject({ has_more: true });
    });
  });
}

export function invitationsContract(subject: SubjectOf): void {
  describe('an invitation', () => {
    const across = <T>(work: (stores: PlatformStores) => Promise<T>) => subject().uow.acrossOrganizations(work);
    const find = (tokenHash: string) => across(({ invitations }) => invitations.find(tokenHash));
    const invited = async (userId: string, tokenHash: string) => {
      const invitation = invite({ id: uuidv7(), userId, tokenHash }, day(1));
      await across(({ invitations }) => invitations.replace(invitation));
      return invitation;
    };

    it('is found by its token, and replaced by the next one of the person', async () => {
      const { id } = await aUserIn(subject());
      const first = await invited(id, 'first');
      await expect(find('first')).resolves.toEqual(first);
      expect(first.expiresAt).toEqual(day(8));

      const second = await invited(id, 'second');

      await expect(find('first')).resolves.toBeUndefined();
      await expect(find('second')).resolves.toEqual(second);
    });

    it('keeps the account that accepted it, also when the invited person is gone', async () => {
      const { id } = await aUserIn(subject(), { passwordHash: undefined });
      const account = await aUserIn(subject());
      await invited(id, 'token');

      await across(async ({ invitations, users }) => {
        await invitations.accept('token', account.id, day(2));
        await users.remove(id);
      });

      await expect(find('token')).resolves.toMatchObject({ acceptedBy: account.id, userId: undefined });
    });
  });

  describe('a password reset', () => {
    const across = <T>(work: (stores: PlatformStores) => Promise<T>) => subject().uow.acrossOrganizations(work);
    const find = (tokenHash: string) => across(({ passwordResets }) => passwordResets.find(tokenHash));

    it('is found by its token until it is replaced or removed', async () => {
      const { id: userId } = await aUserIn(subject());
      const made = (tokenHash: string) => passwordReset({ id: uuidv7(), userId, tokenHash, createdBy: 'root' }, day(1));
      await across(({ passwordResets }) => passwordResets.replace(made('first')));
      const second = made('second');
      await across(({ passwordResets }) => passwordResets.replace(second));

      await expect(find('first')).resolves.toBeUndefined();
      await expect(find('second')).resolves.toEqual(second);
      await across(({ passwordResets }) => passwordResets.remove(userId));
      await expect(find('second')).resolves.toBeUndefined();
    });
  });

  describe('the set-up token', () => {
    const across = <T>(work: (stores: PlatformStores) => Promise<T>) => subject().uow.acrossOrganizations(work);
    const issue = (hash: string, createdAt: Date) =>
      across(({ setups }) => setups.issue({ hash, createdAt, expiresAt: new Date(createdAt.getTime() + 86_400_000) }));
    const take = (hash: string, at: Date) => across(({ setups }) => setups.take(hash, at));

    it('is issued while no other one is open', async () => {
      await expect(issue('first', day(1))).resolves.toBe(true);
      await expect(issue('second', day(1))).resolves.toBe(false);
      await expect(issue('third', day(2))).resolves.toBe(true);

      await expect(across(({ setups }) => setups.isOpen('first', day(1)))).resolves.toBe(false);
      await expect(across(({ setups }) => setups.isOpen('third', day(2)))).resolves.toBe(true);
      await expect(across(({ setups }) => setups.isOpen('third', day(3)))).resolves.toBe(false);
    });

    it('is used once while it is open, and then no other one is issued', async () => {
      await issue('token', day(1));
      await expect(take('guessed', day(1))).resolves.toBe(false);
      await expect(take('token', day(2))).resolves.toBe(false);

      await expect(take('token', day(1))).resolves.toBe(true);

      await expect(take('token', day(1))).resolves.toBe(false);
      await expect(issue('late', day(9))).resolves.toBe(false);
    });
  });
}
