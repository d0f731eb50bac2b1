import type { Directory } from '../../src/application/ports/directory.js';
import type { Member } from '../../src/domain/members/member.js';
import { uuidv7 } from 'uuidv7';
import { invite } from '../../src/domain/people/invitation.js';
import { aMember, anApiKey, anEnvironment, anInvitation, day, UNKNOWN } from './builders.js';
import { anOrganizationIn, aUserIn, type SubjectOf } from './subject.js';

const page = { limit: 10, order: 'asc' } as const;

export function directoryContract(subject: SubjectOf): void {
  describe('the directory', () => {
    const ask = <T>(question: (directory: Directory) => Promise<T>) =>
      subject().uow.acrossOrganizations(({ directory }) => question(directory));
    const join = async (orgId: string, userId: string, changes: Partial<Member> = {}) => {
      const member = aMember(orgId, userId, changes);
      await subject().uow.inOrganization(orgId, ({ members }) => members.add(member));
      return member;
    };

    it('finds the membership of a person by id and by slug, and none of others', async () => {
      const [organization, user, stranger] = [
        await anOrganizationIn(subject()),
        await aUserIn(subject()),
        await aUserIn(subject()),
      ];
      await join(organization.id, user.id, { role: 'admin', permissions: ['data:delete_pii'] });

      const membership = await ask((directory) => directory.membership(user.id, organization.id));

      expect(membership).toMatchObject({
        organization: { id: organization.id, slug: organization.slug, created_at: day(1).toISOString() },
        user: { id: user.id, email: user.email, is_super_admin: false },
        role: 'admin',
        permissions: ['data:delete_pii'],
      });
      await expect(ask((directory) => directory.membership(user.id, organization.slug))).resolves.toEqual(membership);
      const others = [
        [stranger.id, organization.id],
        [user.id, UNKNOWN],
        [UNKNOWN, organization.id],
        ['x', 'y z'],
      ];
      for (const [userId, org] of others) {
        await expect(ask((directory) => directory.membership(userId!, org!))).resolves.toBeUndefined();
      }
    });

    it('opens every organization to a super admin, without a role', async () => {
      const { id } = await anOrganizationIn(subject());
      const root = await aUserIn(subject(), { isSuperAdmin: true });

      await expect(ask((directory) => directory.membership(root.id, id))).resolves.toMatchObject({
        role: null,
        permissions: [],
      });
    });

    it('lists all organizations to a super admin, and to others those they are members of', async () => {
      const ids = [];
      for (const created of [1, 2, 3]) ids.push((await anOrganizationIn(subject(), { createdAt: day(created) })).id);
      const [root, user] = [await aUserIn(subject(), { isSuperAdmin: true }), await aUserIn(subject())];
      const left = await join(ids[0]!, user.id);
      await join(ids[1]!, user.id);
      await subject().uow.inOrganization(ids[0]!, ({ members }) => members.remove(left, day(2)));
      const list = async (userId: string) =>
        (await ask((directory) => directory.organizationsOf(userId, page))).data.map(({ id }) => id);

      await expect(list(root.id)).resolves.toEqual(ids);
      await expect(list(user.id)).resolves.toEqual([ids[1]]);
      await expect(list(UNKNOWN)).resolves.toEqual([]);
      await expect(list('x')).resolves.toEqual([]);
    });

    it('lists the members of an organization with their addresses, in pages', async () => {
      const org = (await anOrganizationIn(subject())).id;
      const users = [await aUserIn(subject()), await aUserIn(subject(), { passwordHash: undefined })];
      for (const { id } of users) await join(org, id);
      const list = (cursor?: string) =>
        ask((directory) => directory.membersOf(org, { limit: 1, order: 'asc', cursor }));

      const first = await list();
      const second = await list(first.next_cursor!);

      expect([...first.data, ...second.data].map(({ user }) => user)).toEqual(users.map(({ email }) => ({ email })));
      expect(second.has_more).toBe(false);
    });

    it('reports whether a person may invite: admins that can sign in, and super admins', async () => {
      const [one, other] = [await anOrganizationIn(subject()), await anOrganizationIn(subject())];
      const [admin, member] = [await aUserIn(subject()), await aUserIn(subject())];
      const [locked, root] = [
        await aUserIn(subject(), { lockedAt: day(1) }),
        await aUserIn(subject(), { isSuperAdmin: true }),
      ];
      for (const { id } of [admin, locked]) await join(one.id, id, { role: 'admin' });
      await join(one.id, member.id);
      const mayInvite = (userId: string, orgId: string) => ask((directory) => directory.mayInvite(userId, orgId));

      for (const { id } of [admin, root]) await expect(mayInvite(id, one.id)).resolves.toBe(true);
      for (const id of [member.id, locked.id, 'x']) await expect(mayInvite(id, one.id)).resolves.toBe(false);
      await expect(mayInvite(admin.id, other.id)).resolves.toBe(false);
    });

    it('gives no membership to a person that is locked', async () => {
      const organization = await anOrganizationIn(subject());
      const { id } = await aUserIn(subject(), { lockedAt: day(1) });
      await join(organization.id, id);

      await expect(ask((directory) => directory.membership(id, organization.id))).resolves.toBeUndefined();
    });

    it('finds where a link leads: into an organization or to the platform', async () => {
      const organization = await anOrganizationIn(subject());
      const pending = await aUserIn(subject(), { passwordHash: undefined });
      const invitation = invite({ id: uuidv7(), userId: pending.id, tokenHash: 'platform' }, day(1));
      await subject().uow.acrossOrganizations(({ invitations }) => invitations.replace(invitation));
      await subject().uow.inOrganization(organization.id, ({ memberInvitations }) =>
        memberInvitations.add(anInvitation(organization.id, { tokenHash: 'member' })),
      );
      const linkOf = (tokenHash: string) => ask((directory) => directory.linkOf(tokenHash));

      await expect(linkOf('member')).resolves.toEqual({ orgId: organization.id });
      await expect(linkOf('platform')).resolves.toEqual({ orgId: null });
      await expect(linkOf('unknown')).resolves.toBeUndefined();
    });

    it('lists the organizations of a person with the rights in each', async () => {
      const organizations = [await anOrganizationIn(subject()), await anOrganizationIn(subject())];
      const { id } = await aUserIn(subject());
      for (const one of organizations) await join(one.id, id, { permissions: ['data:export_pii'] });
      await join((await anOrganizationIn(subject())).id, (await aUserIn(subject())).id);

      const access = await ask((directory) => directory.accessOf(id, 5));

      expect(access).toHaveLength(2);
      expect(access).toContainEqual({
        ...{ id: organizations[0]!.id, slug: organizations[0]!.slug, name: organizations[0]!.name },
        ...{ role: 'member', permissions: ['data:export_pii'] },
      });
      await expect(ask((directory) => directory.accessOf(id, 1))).resolves.toHaveLength(1);
      await expect(ask((directory) => directory.accessOf('x', 5))).resolves.toEqual([]);
    });

    it('gives the event settings of organizations in the order of their ids', async () => {
      const kept = await anOrganizationIn(subject(), { eventRetentionDays: 30 });
      const captured = await anOrganizationIn(subject(), { captureIp: true });
      const [first, second] = [kept, captured].toSorted((a, b) => (a.id < b.id ? -1 : 1));

      const all = await ask((directory) => directory.eventSettings(undefined));

      expect(all).toMatchObject({ settings: [{ org_id: first!.id }, { org_id: second!.id }], next_after: null });
      expect(all.settings).toContainEqual({
        ...{ org_id: kept.id, capture_ip: false, event_retention_days: 30, version: 1 },
      });
      await expect(ask((directory) => directory.eventSettings(first!.id))).resolves.toMatchObject({
        settings: [{ org_id: second!.id }],
      });
    });

    it('finds the record of a key by its look-up id, with the setting of its organization', async () => {
      const { id: org } = await anOrganizationIn(subject(), { captureIp: true });
      const environment = anEnvironment(org, { name: 'prod' });
      const key = anApiKey(org, { keyType: 'flags_server', environment, expiresAt: day(9) });
      await subject().uow.inOrganization(org, async ({ environments, apiKeys }) => {
        await environments.add(environment);
        await apiKeys.add(key);
      });

      await expect(ask((directory) => directory.keyRecord(key.lookupId))).resolves.toEqual({
        id: key.id,
        lookup_id: key.lookupId,
        key_hash: 'hash',
        key_type: 'flags_server',
        org_id: org,
        environment: { id: environment.id, name: 'prod' },
        allowed_origins: [],
        capture_ip: true,
        expires_at: day(9).toISOString(),
        revoked_at: undefined,
      });
      for (const lookupId of ['ffffffffffff', 'x']) {
        await expect(ask((directory) => directory.keyRecord(lookupId))).resolves.toBeUndefined();
      }
    });
  });
}
