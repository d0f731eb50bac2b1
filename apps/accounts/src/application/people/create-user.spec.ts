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
import { changeUser, type User } from '../../domain/people/user.js';

describe('CreateUser', () => {
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

  const email = 'ann@loom.localhost';
  const create = (command: object = {}, origin = platformOrigin(root)) =>
    accounts.useCases().createUser.execute({ email, ...command }, origin);
  const stored = () => accounts.uow.acrossOrganizations(({ users }) => users.findByEmail(email));
  const forbidden = { code: 'forbidden' };
  const taken = { code: 'already_exists' };

  it('stores a person with the hash of their password, without an invitation', async () => {
    const created = await create({ email: ' Ann@LOOM.localhost', password: PASSWORD });

    expect(created).toMatchObject({ email, pending: false, is_super_admin: false, version: 1 });
    expect(created).not.toHaveProperty('invite_token');
    await expect(stored()).resolves.toMatchObject({ passwordHash: hashOf(PASSWORD), invitedBy: root.id });
  });

  it('invites a person without a password for seven days; only the answer holds the token', async () => {
    const created = await create();

    expect(created).toMatchObject({ pending: true, invite_token: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(Date.parse(created.invite_expires_at!) - accounts.clock.now().getTime()).toBe(7 * DAY_MS);
    expect(accounts.audited).toMatchObject([
      { org_id: null, data: { event: 'UserInvited', action: 'insert', resource_id: created.id, before: null } },
    ]);
    const everything = JSON.stringify([accounts.audited, [...accounts.uow.tables.invitations.values()]]);
    expect(everything).not.toContain(created.invite_token);
  });

  it('invites a person that did not come yet again: the earlier token ends', async () => {
    const first = await create();

    const second = await create();

    expect(second).toMatchObject({ id: first.id, pending: true, version: 2 });
    expect(accounts.audited.map(({ data }) => data.action)).toEqual(['insert', 'update']);
    const accept = (token: string | undefined) =>
      accounts.useCases().acceptInvitation.execute({ token: token!, password: PASSWORD }, stranger);
    await expect(accept(first.invite_token)).rejects.toMatchObject({ code: 'invalid_token' });
    await expect(accept(second.invite_token)).resolves.toMatchObject({ email });
    await expect(create()).rejects.toMatchObject(taken);
  });

  it('is for super admins: others invite into their organization, and learn nothing about other addresses', async () => {
    const key = { ...platformOrigin(root), actor: { type: 'api_key' as const, id: root.id } };

    for (const origin of [originIn(acme, admin), platformOrigin(admin), key]) {
      await expect(create({}, origin)).rejects.toMatchObject(forbidden);
      await expect(create({ email: admin.email }, origin)).rejects.toMatchObject(forbidden);
    }
    await expect(stored()).resolves.toBeUndefined();
  });

  it('does not change the rights of a pending person by another invitation', async () => {
    await create();

    await expect(create({ is_super_admin: true })).rejects.toMatchObject(taken);
  });

  it('makes an account for the address of a pending person, whose link then needs that account', async () => {
    const { invite_token: token } = await create();

    const account = await create({ password: PASSWORD });

    const accept = accounts.useCases().acceptInvitation;
    await expect(accept.execute({ token: token!, password: PASSWORD }, stranger)).rejects.toMatchObject(taken);
    const signedIn = { ...stranger, actor: { type: 'user' as const, id: account.id } };
    await expect(accept.execute({ token: token! }, signedIn)).resolves.toMatchObject({ id: account.id });
  });

  it.each([
    [{ email: 'none' }, 'invalid_email'],
    [{ password: 'short' }, 'invalid_password'],
  ])('refuses %j', async (command, code) => {
    await expect(create(command)).rejects.toMatchObject({ code });

    expect(accounts.audited).toEqual([]);
  });

  it('makes one person by two concurrent requests for the same address, with one audit entry', async () => {
    const outcomes = await Promise.allSettled([create({ password: PASSWORD }), create({ password: PASSWORD })]);

    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(accounts.audited).toHaveLength(1);
  });

  it('creates none by a super admin that lost the rights while the password was hashed', async () => {
    await accounts.superAdmin('other@loom.localhost');
    const hash = accounts.hasher.hash.bind(accounts.hasher);
    accounts.hasher.hash = async (text) => {
      const lockedAt = accounts.clock.now();
      await accounts.uow.acrossOrganizations(({ users }) => users.save(changeUser(root, { lockedAt }, lockedAt)));
      return hash(text);
    };

    await expect(create({ password: PASSWORD })).rejects.toMatchObject(forbidden);

    await expect(stored()).resolves.toBeUndefined();
  });
});
