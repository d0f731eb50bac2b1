import type { Origin } from '#libs/contracts';
import {
  claimsOf,
  DAY_MS,
  InMemoryAccounts,
  PASSWORD,
  platformOrigin,
  stranger,
} from '../../../test/in-memory/world.js';
import type { User } from '../../domain/people/user.js';

const OTHER = 'another battery staple';
const lastOne = { code: 'conflict' };

describe('a super admin', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let ann: User;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    ann = await accounts.user('ann@loom.localhost');
  });
  const signIn = (password = PASSWORD) => {
    const command = { email: ann.email, password, client_type: 'web' as const, address: '192.0.2.7' };
    return accounts.useCases().signIn.execute(command, stranger);
  };
  const refresh = (refresh_token: string) =>
    accounts.useCases().refreshSession.execute({ refresh_token, client_type: 'web' }, stranger);
  const of = ({ id }: User) => ({ user_id: id });
  const by = (user: User): Origin => platformOrigin(user);

  describe('that locks a person', () => {
    const lock = (user: User, origin = by(root)) => accounts.useCases().lockUser.execute(of(user), origin);

    it('ends the sessions and refuses sign-ins, until the person is unlocked', async () => {
      const { refresh_token } = await signIn();
      accounts.arranged();

      await expect(lock(ann)).resolves.toMatchObject({ locked: true, version: 2 });

      expect(accounts.facts.filter(({ type }) => type === 'user.updated')).toMatchObject([
        { org_id: null, data: { user_id: ann.id, can_sign_in: false } },
      ]);
      expect(accounts.audited).toMatchObject([{ data: { event: 'UserLocked', resource_id: ann.id } }]);
      await expect(refresh(refresh_token)).rejects.toMatchObject({ code: 'invalid_refresh_token' });
      await expect(signIn()).rejects.toMatchObject({ code: 'invalid_credentials' });
      await expect(accounts.useCases().getUser.execute(of(ann))).rejects.toMatchObject({ code: 'not_found' });

      await expect(accounts.useCases().unlockUser.execute(of(ann), by(root))).resolves.toMatchObject({ locked: false });

      await expect(signIn()).resolves.toMatchObject({ user: { id: ann.id } });
      await expect(refresh(refresh_token)).rejects.toMatchObject({ code: 'invalid_refresh_token' });
    });

    it('ends the membership in force, though it stays stored', async () => {
      const acme = await accounts.organization(root);
      await accounts.member(acme, ann);
      await lock(ann);

      const membership = () => accounts.useCases().getMembership.execute({ ...of(ann), org: 'acme' });
      await expect(membership()).rejects.toMatchObject({ code: 'not_found' });
      await accounts.useCases().unlockUser.execute(of(ann), by(root));
      await expect(membership()).resolves.toMatchObject({ role: 'member' });
    });

    it('refuses a sign-in whose password was compared before', async () => {
      accounts.hasher.onVerify = async () => void (await lock(ann));

      await expect(signIn()).rejects.toMatchObject({ code: 'invalid_credentials' });
    });

    it('keeps the last super admin, also of two that lock each other', async () => {
      await expect(lock(root)).rejects.toMatchObject(lastOne);
      const other = await accounts.superAdmin('other@loom.localhost');

      const outcomes = await Promise.allSettled([lock(other), lock(root, by(other))]);

      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    });

    it('changes nothing a second time, and is the only one that may', async () => {
      await lock(ann);
      accounts.arranged();

      await expect(lock(ann)).resolves.toMatchObject({ version: 2 });

      expect(accounts.uow.queued).toEqual([]);
      await expect(lock(root, by(ann))).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  describe('that deletes a person', () => {
    const remove = (user: User, origin = by(root), if_version?: number) =>
      accounts.useCases().deleteUser.execute({ ...of(user), if_version }, origin);

    it('removes account, sessions and memberships, with a fact for each organization', async () => {
      const [acme, beta] = [await accounts.organization(root), await accounts.organization(root, 'beta')];
      for (const organization of [acme, beta]) await accounts.member(organization, ann);
      const { refresh_token } = await signIn();
      accounts.arranged();

      await expect(remove(ann)).resolves.toEqual({});

      expect(accounts.facts.map(({ type, org_id }) => [type, org_id])).toEqual([
        ['session.ended', null],
        ['member.removed', acme.id],
        ['member.removed', beta.id],
        ['user.deleted', null],
      ]);
      expect(accounts.audited.map(({ data }) => data.event)).toEqual(['MemberRemoved', 'MemberRemoved', 'UserDeleted']);
      await expect(refresh(refresh_token)).rejects.toMatchObject({ code: 'invalid_refresh_token' });
      await expect(signIn()).rejects.toMatchObject({ code: 'invalid_credentials' });
      await expect(remove(ann)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('keeps the last admin of an organization, which it names, unless that admin is locked', async () => {
      await accounts.organization(ann);
      await expect(remove(ann)).rejects.toMatchObject({ ...lastOne, details: [{ organizations: ['acme'] }] });

      await accounts.useCases().lockUser.execute(of(ann), by(root));

      await expect(remove(ann)).resolves.toEqual({});
    });

    it('keeps the last super admin; refuses an old version and others than super admins', async () => {
      await expect(remove(root)).rejects.toMatchObject(lastOne);
      await expect(remove(ann, by(root), 7)).rejects.toMatchObject({ code: 'version_conflict' });
      await expect(remove(root, by(ann))).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('ends the link of a pending person', async () => {
      const email = 'eve@loom.localhost';
      const { id, invite_token } = await accounts.useCases().createUser.execute({ email }, by(root));
      await accounts.useCases().deleteUser.execute({ user_id: id }, by(root));

      const command = { token: invite_token!, password: PASSWORD };
      const accepting = accounts.useCases().acceptInvitation.execute(command, stranger);
      await expect(accepting).rejects.toMatchObject({ code: 'invalid_token' });
    });
  });

  it('signs a person out everywhere; the person may sign in again', async () => {
    const { refresh_token } = await signIn();

    const signedOut = accounts.useCases().signOutUser.execute(of(ann), by(root));

    await expect(signedOut).resolves.toEqual({ ended_sessions: 1 });
    await expect(refresh(refresh_token)).rejects.toMatchObject({ code: 'invalid_refresh_token' });
    expect(claimsOf((await signIn()).access_token)['sub']).toBe(ann.id);
    await expect(accounts.useCases().signOutUser.execute(of(root), by(ann))).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  describe('that makes a reset link', () => {
    const link = async (origin = by(root)) =>
      (await accounts.useCases().makeResetLink.execute(of(ann), origin)).reset_token!;
    const reset = (token: string, password = OTHER) =>
      accounts.useCases().resetPassword.execute({ token, password }, stranger);
    const invalidLink = { code: 'invalid_token' };

    it('lets the person choose another password, once, and ends the sessions', async () => {
      const { refresh_token } = await signIn();
      const token = await link();
      accounts.arranged();
      await expect(reset(token, 'short')).rejects.toMatchObject({ code: 'invalid_password' });

      await expect(reset(token)).resolves.toEqual({});

      expect(accounts.audited).toMatchObject([{ actor: { id: ann.id }, data: { event: 'UserPasswordChanged' } }]);
      await expect(refresh(refresh_token)).rejects.toMatchObject({ code: 'invalid_refresh_token' });
      await expect(signIn(OTHER)).resolves.toMatchObject({ user: { id: ann.id } });
      await expect(signIn(PASSWORD)).rejects.toMatchObject({ code: 'invalid_credentials' });
      await expect(reset(token)).rejects.toMatchObject(invalidLink);
    });

    it('replaces the link before; a link is good for a day', async () => {
      const first = await link();
      const second = await link();
      await expect(reset(first)).rejects.toMatchObject(invalidLink);
      accounts.clock.advance(DAY_MS);

      await expect(reset(second)).rejects.toMatchObject(invalidLink);
    });

    it('loses it together with the rights', async () => {
      const other = await accounts.superAdmin('other@loom.localhost');
      const token = await link(by(other));
      const demote = { ...of(other), is_super_admin: false };
      await accounts.useCases().updateUser.execute(demote, by(root));

      await expect(reset(token)).rejects.toMatchObject(invalidLink);
    });

    it('gets none for a locked or pending person', async () => {
      await accounts.useCases().lockUser.execute(of(ann), by(root));

      await expect(link()).rejects.toMatchObject(lastOne);
    });
  });
});
