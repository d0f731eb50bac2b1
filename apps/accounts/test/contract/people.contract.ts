import type { PlatformStores } from '../../src/application/ports/unit-of-work.js';
import { invite } from '../../src/domain/people/invitation.js';
import { uuidv7 } from 'uuidv7';
import { aUser, day, next, UNKNOWN } from './builders.js';
import { aUserIn, type SubjectOf } from './subject.js';

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

    it('counts the other super admins that have a password', async () => {
      const root = await aUserIn(subject(), { isSuperAdmin: true });
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
    const isOpen = (tokenHash: string, at: Date) => across(({ invitations }) => invitations.isOpen(tokenHash, at));
    const invited = async (userId: string, tokenHash: string) =>
      across(({ invitations }) => invitations.replace(invite({ id: uuidv7(), userId, tokenHash }, day(1))));

    it('is open for seven days, and replaced by the next one of the person', async () => {
      const { id } = await aUserIn(subject());
      await invited(id, 'first');
      await expect(isOpen('first', day(7))).resolves.toBe(true);
      await expect(isOpen('first', day(8))).resolves.toBe(false);

      await invited(id, 'second');

      await expect(isOpen('first', day(2))).resolves.toBe(false);
      await expect(isOpen('second', day(2))).resolves.toBe(true);
    });

    it('is taken once while it is open, also of concurrent requests', async () => {
      const { id } = await aUserIn(subject());
      await invited(id, 'token');
      const take = (at: Date) => across(({ invitations }) => invitations.take('token', at));
      await expect(take(day(8))).resolves.toBeUndefined();

      const taken = await Promise.all([take(day(2)), take(day(2))]);

      expect(taken.filter((userId) => userId !== undefined)).toEqual([id]);
      await expect(take(day(2))).resolves.toBeUndefined();
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
