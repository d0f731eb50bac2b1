import { DAY_MS, hashOf, InMemoryAccounts, originIn, PASSWORD, platformOrigin } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

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
      accounts.useCases().acceptInvitation.execute({ token: token!, password: PASSWORD }, platformOrigin(root));
    await expect(accept(first.invite_token)).rejects.toMatchObject({ code: 'invalid_token' });
    await expect(accept(second.invite_token)).resolves.toMatchObject({ email });
    await expect(create()).rejects.toMatchObject(taken);
  });

  it('lets an admin of an organization invite, in the audit log of that organization', async () => {
    await create({}, originIn(acme, admin));

    expect(accounts.audited).toMatchObject([{ org_id: acme.id, actor: { id: admin.id } }]);
    await expect(create({}, platformOrigin(admin))).resolves.toMatchObject({ pending: true });
  });

  it('leaves passwords and rights to super admins', async () => {
    const origin = originIn(acme, admin);

    await expect(create({ password: PASSWORD }, origin)).rejects.toMatchObject(forbidden);
    await expect(create({ is_super_admin: true }, origin)).rejects.toMatchObject(forbidden);

    await expect(stored()).resolves.toBeUndefined();
  });

  it('refuses a person that is admin nowhere, an admin of another organization, and an API key', async () => {
    const member = await accounts.user('member@loom.localhost');
    const other = await accounts.organization(root, 'other');
    const key = { ...platformOrigin(root), actor: { type: 'api_key' as const, id: root.id } };

    for (const origin of [platformOrigin(member), originIn(other, admin), key]) {
      await expect(create({}, origin)).rejects.toMatchObject(forbidden);
    }
  });

  it('hands a pending person only to super admins and to the person that invited them', async () => {
    await create();
    await expect(create({}, originIn(acme, admin))).rejects.toMatchObject(taken);
    const invited = await create({ email: 'bob@loom.localhost' }, originIn(acme, admin));

    await expect(create({ email: 'bob@loom.localhost' }, originIn(acme, admin))).resolves.toMatchObject({
      id: invited.id,
    });
    await expect(create({ email: 'bob@loom.localhost' })).resolves.toMatchObject({ id: invited.id });
  });

  it('does not change the rights of a pending person by another invitation', async () => {
    await create();

    await expect(create({ is_super_admin: true })).rejects.toMatchObject(taken);
    await expect(create({ password: PASSWORD })).rejects.toMatchObject(taken);
  });

  it.each([
    [{ email: 'none' }, 'invalid_email'],
    [{ password: 'short' }, 'invalid_password'],
  ])('refuses %j', async (command, code) => {
    await expect(create(command)).rejects.toMatchObject({ code });

    expect(accounts.audited).toEqual([]);
  });
});
