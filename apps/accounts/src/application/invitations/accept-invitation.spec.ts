import type { Origin } from '#libs/contracts';
import {
  DAY_MS,
  hashOf,
  InMemoryAccounts,
  originIn,
  PASSWORD,
  platformOrigin,
  stranger,
} from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

const EMAIL = 'ceo@loom.localhost';
const invalidLink = { code: 'invalid_token' };

describe('AcceptInvitation', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let admin: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    admin = await accounts.user('admin@loom.localhost');
    acme = await accounts.organization(admin);
  });
  const invite = async (organization = acme, by = admin, role: 'admin' | 'member' = 'member') => {
    const command = { email: EMAIL, role, permissions: ['data:export_pii'] } as const;
    const { invite_token } = await accounts.useCases().inviteMember.execute(command, originIn(organization, by));
    accounts.arranged();
    return invite_token!;
  };
  const accept = (token: string, by: Origin = stranger, password: string | undefined = PASSWORD) =>
    accounts.useCases().acceptInvitation.execute({ token, password }, by);
  const acceptAs = (user: User, token: string) =>
    accounts.useCases().acceptInvitation.execute({ token }, platformOrigin(user));
  const membersOf = async ({ id }: Organization) => {
    const members = await accounts.useCases().listMembers.execute({ page: { limit: 50, order: 'asc' } }, originIn({ ...acme, id }, admin)); // prettier-ignore
    return members.data.map(({ email, role }) => [email, role]);
  };

  describe('of an organization', () => {
    it('makes an account with the invited address and its membership together', async () => {
      const accepted = await accept(await invite());

      const organization = {
        id: acme.id,
        slug: 'acme',
        name: 'acme',
        role: 'member',
        permissions: ['data:export_pii'],
      };
      expect(accepted).toEqual({ id: accepted.id, email: EMAIL, is_super_admin: false, organization });
      expect(accounts.uow.tables.users.get(accepted.id)).toMatchObject({ passwordHash: hashOf(PASSWORD) });
      expect(accounts.facts).toMatchObject([{ type: 'member.added', org_id: acme.id, data: { user_id: accepted.id } }]);
      expect(accounts.audited.map(({ org_id, data }) => [org_id, data.event])).toEqual([
        [null, 'UserActivated'],
        [acme.id, 'MemberAdded'],
      ]);
      expect(await membersOf(acme)).toEqual([[admin.email, 'admin'], [EMAIL, 'member']]); // prettier-ignore
    });

    it('joins the account that opens it, whatever its address; admins see which one it was', async () => {
      const ann = await accounts.user('ann@loom.localhost');

      await acceptAs(ann, await invite());

      const page = { limit: 50, order: 'asc' } as const;
      const { data } = await accounts.useCases().listMembers.execute({ page }, originIn(acme, admin));
      expect(data[1]).toMatchObject({ user_id: ann.id, email: ann.email, invited_as: EMAIL });
      await expect(accounts.uow.acrossOrganizations(({ users }) => users.findByEmail(EMAIL))).resolves.toBeUndefined();
    });

    it('stays good when the address has an account that is not signed in', async () => {
      const ceo = await accounts.user(EMAIL);
      const token = await invite();

      await expect(accept(token)).rejects.toMatchObject({ code: 'already_exists' });

      await expect(acceptAs(ceo, token)).resolves.toMatchObject({ id: ceo.id, organization: { id: acme.id } });
      expect(accounts.uow.tables.users.get(ceo.id)?.passwordHash).toBe(ceo.passwordHash);
    });

    it('stays good when a member opens it by mistake', async () => {
      const token = await invite();

      await expect(acceptAs(admin, token)).rejects.toMatchObject({ code: 'already_exists' });

      await expect(accept(token)).resolves.toMatchObject({ email: EMAIL });
    });

    it('is used by one of two that open it at once', async () => {
      const token = await invite();
      const [ann, bob] = [await accounts.user('ann@loom.localhost'), await accounts.user('bob@loom.localhost')];

      const outcomes = await Promise.allSettled([acceptAs(ann, token), acceptAs(bob, token), accept(token)]);

      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect(outcomes.slice(1)).toMatchObject([{ reason: invalidLink }, { reason: invalidLink }]);
    });

    it('answers the account that used it again, once it is a member, and does not bring back a removed one', async () => {
      const token = await invite();
      const ann = await accounts.user('ann@loom.localhost');
      const first = await acceptAs(ann, token);
      accounts.arranged();

      await expect(acceptAs(ann, token)).resolves.toEqual(first);

      expect(accounts.uow.queued).toEqual([]);
      await accounts.useCases().removeMember.execute({ user_id: ann.id }, originIn(acme, admin));
      await expect(acceptAs(ann, token)).rejects.toMatchObject(invalidLink);
    });

    it('is refused when it was replaced, withdrawn or is seven days old', async () => {
      const replaced = await invite();
      const withdrawn = await invite();
      await expect(accept(replaced)).rejects.toMatchObject(invalidLink);
      const page = { limit: 50, order: 'asc' } as const;
      const { data } = await accounts.useCases().listInvitations.execute({ page }, originIn(acme, admin));
      const withdraw = { invitation_id: data[0]!.id };
      await accounts.useCases().withdrawInvitation.execute(withdraw, originIn(acme, admin));
      await expect(accept(withdrawn)).rejects.toMatchObject(invalidLink);
      await expect(
        accounts.useCases().withdrawInvitation.execute(withdraw, originIn(acme, admin)),
      ).rejects.toMatchObject({ code: 'not_found' });
      const old = await invite();
      accounts.clock.advance(7 * DAY_MS);

      await expect(accept(old)).rejects.toMatchObject(invalidLink);
    });

    it('ends with the rights of the admin that made it', async () => {
      const other = await accounts.user('other@loom.localhost');
      await accounts.member(acme, other, { role: 'admin' });
      const token = await invite(acme, other);

      await accounts.useCases().removeMember.execute({ user_id: other.id }, originIn(acme, admin));

      await expect(acceptAs(other, token)).rejects.toMatchObject(invalidLink);
      await expect(accept(token)).rejects.toMatchObject(invalidLink);
    });

    it('is not used up by a refused or missing password', async () => {
      const token = await invite();
      await expect(accept(token, stranger, 'short')).rejects.toMatchObject({ code: 'invalid_password' });
      const without = accounts.useCases().acceptInvitation.execute({ token }, stranger);
      await expect(without).rejects.toMatchObject({ code: 'invalid_password' });

      await expect(accept(token)).resolves.toMatchObject({ email: EMAIL });
    });

    it('opens nothing for an account that is locked', async () => {
      const ann = await accounts.user('ann@loom.localhost', { lockedAt: accounts.clock.now() });

      await expect(acceptAs(ann, await invite())).rejects.toMatchObject(invalidLink);
    });
  });

  describe('takes over no account and no other organization:', () => {
    it('the account behind the link of one organization is not in another one that invites the address', async () => {
      const beta = await accounts.organization(root, 'beta');
      const hijacked = await accept(await invite()); // by the admin of acme that made the link
      await invite(beta, root, 'admin');

      const membership = accounts.useCases().getMembership.execute({ user_id: hijacked.id, org: 'beta' });

      await expect(membership).rejects.toMatchObject({ code: 'not_found' });
      expect(await membersOf(beta)).toEqual([[root.email, 'admin']]);
    });

    it('an invitation of one organization changes nothing about the invitation of another', async () => {
      const beta = await accounts.organization(root, 'beta');
      const ofBeta = await invite(beta, root, 'admin');
      const ofAcme = await invite();

      const attacker = await accept(ofAcme);

      expect(attacker.organization?.id).toBe(acme.id);
      expect(await membersOf(beta)).toEqual([[root.email, 'admin']]);
      const ceo = await accounts.user('real-ceo@loom.localhost');
      await expect(acceptAs(ceo, ofBeta)).resolves.toMatchObject({ organization: { id: beta.id, role: 'admin' } });
    });

    it('a link of an organization makes no super admin, even for the address of an invited one', async () => {
      const invited = { email: EMAIL, is_super_admin: true };
      const { id, invite_token } = await accounts.useCases().createUser.execute(invited, platformOrigin(root));

      const attacker = await accept(await invite());

      expect(attacker.id).not.toBe(id);
      expect(accounts.uow.tables.users.get(attacker.id)).toMatchObject({ isSuperAdmin: false });
      await expect(accept(invite_token!)).rejects.toMatchObject({ code: 'already_exists' });
    });
  });

  describe('of a super admin', () => {
    let token: string;
    let userId: string;
    const sendBy = async (by: User, is_super_admin = false) => {
      const made = await accounts.useCases().createUser.execute({ email: EMAIL, is_super_admin }, platformOrigin(by));
      [token, userId] = [made.invite_token!, made.id];
      accounts.arranged();
    };

    it('sets the password of the invited person, with one audit entry', async () => {
      await sendBy(root);
      await expect(accept(token)).resolves.toEqual({ id: userId, email: EMAIL, is_super_admin: false });

      expect(accounts.uow.tables.users.get(userId)).toMatchObject({ passwordHash: hashOf(PASSWORD), version: 2 });
      expect(accounts.audited).toMatchObject([
        {
          actor: { id: userId, name: EMAIL },
          data: { event: 'UserActivated', before: { pending: true }, after: { pending: false } },
        },
      ]);
    });

    it('works once, also of two concurrent requests', async () => {
      await sendBy(root);
      const outcomes = await Promise.allSettled([accept(token), accept(token)]);

      expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: invalidLink }]);
      await expect(accept(token)).rejects.toMatchObject(invalidLink);
    });

    it('gives a signed-in account what it was made with, in place of the pending person', async () => {
      await sendBy(root, true);
      const ann = await accounts.user('ann@loom.localhost');

      await expect(acceptAs(ann, token)).resolves.toMatchObject({ id: ann.id, is_super_admin: true });

      expect(accounts.facts).toMatchObject([{ type: 'user.updated', data: { user_id: ann.id, is_super_admin: true } }]);
      expect(accounts.uow.tables.users.has(userId)).toBe(false);
      await expect(acceptAs(ann, token)).resolves.toMatchObject({ id: ann.id });
      await expect(acceptAs(admin, token)).rejects.toMatchObject(invalidLink);
    });

    it('ends with the rights of the super admin that made it', async () => {
      const other = await accounts.superAdmin('other@loom.localhost');
      await sendBy(other, true);
      const demote = { user_id: other.id, is_super_admin: false };
      await accounts.useCases().updateUser.execute(demote, platformOrigin(root));

      await expect(acceptAs(other, token)).rejects.toMatchObject(invalidLink);
      await expect(accept(token)).rejects.toMatchObject(invalidLink);
    });

    it('is refused when it is seven days old', async () => {
      await sendBy(root);
      accounts.clock.advance(7 * DAY_MS);

      await expect(accept(token)).rejects.toMatchObject(invalidLink);
    });
  });

  it('counts unknown tokens against the address that sends them', async () => {
    const guess = () => accept('never issued').catch(({ code }: { code: string }) => code);

    const codes = [await guess(), await guess(), await guess(), await guess()];

    expect(codes).toEqual(['invalid_token', 'invalid_token', 'invalid_token', 'rate_limited']);
  });
});
