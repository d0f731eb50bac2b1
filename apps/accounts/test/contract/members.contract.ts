import type { OrganizationStores } from '../../src/application/ports/unit-of-work.js';
import { assertAdminStays, type Member } from '../../src/domain/members/member.js';
import type { MemberInvitation } from '../../src/domain/invitations/member-invitation.js';
import { aMember, anInvitation, day, next, UNKNOWN } from './builders.js';
import { anOrganizationIn, aUserIn, type SubjectOf } from './subject.js';

export function membersContract(subject: SubjectOf): void {
  describe('a member', () => {
    let org: string;
    beforeEach(async () => {
      org = (await anOrganizationIn(subject())).id;
    });
    const within = <T>(work: (stores: OrganizationStores) => Promise<T>, orgId = org) =>
      subject().uow.inOrganization(orgId, work);
    const add = (member: Member) => within(({ members }) => members.add(member));
    const added = async (changes: Partial<Member> = {}): Promise<Member> => {
      const member = aMember(org, (await aUserIn(subject())).id, changes);
      await add(member);
      return member;
    };

    it('is found by the id of the person, in its organization alone', async () => {
      const member = await added({ permissions: ['data:export_pii'] });
      const other = (await anOrganizationIn(subject())).id;

      await expect(within(({ members }) => members.lock(member.userId))).resolves.toEqual(member);
      for (const [userId, orgId] of [[member.userId, other], [UNKNOWN, org], ['x', org]] as const) {
        const locking = within(({ members }) => members.lock(userId), orgId);
        await expect(locking).rejects.toMatchObject({ code: 'not_found' });
      } // prettier-ignore
      await expect(within(({ members }) => members.add(aMember(org, member.userId)), other)).rejects.toThrow();
    });

    it('is added once, and again after it was removed', async () => {
      const member = await added();
      const again = aMember(org, member.userId);
      await expect(add(again)).rejects.toMatchObject({ code: 'already_exists' });

      await within(({ members }) => members.remove(member, day(2)));

      await expect(within(({ members }) => members.lock(member.userId))).rejects.toMatchObject({ code: 'not_found' });
      await add(again);
      await expect(within(({ members }) => members.lock(member.userId))).resolves.toEqual(again);
    });

    it('is saved when the version before is stored, and removed when this one is', async () => {
      const member = await added();
      const admin = next(member, { role: 'admin', updatedAt: day(2) });
      await within(({ members }) => members.save(admin));

      await expect(within(({ members }) => members.lock(member.userId))).resolves.toEqual(admin);
      const conflict = { code: 'version_conflict' };
      await expect(within(({ members }) => members.save(admin))).rejects.toMatchObject(conflict);
      await expect(within(({ members }) => members.remove(member, day(3)))).rejects.toMatchObject(conflict);
    });

    it('is looked up without a lock, and counted', async () => {
      const member = await added({ invitedAs: 'eve@loom.localhost' });
      const gone = await added();
      await within(({ members }) => members.remove(gone, day(2)));

      await expect(within(({ members }) => members.find(member.userId))).resolves.toEqual(member);
      for (const id of [gone.userId, UNKNOWN, 'x'])
        await expect(within(({ members }) => members.find(id))).resolves.toBeUndefined();
      await expect(within(({ members }) => members.count())).resolves.toBe(1);
    });

    it('does not count as another admin while locked', async () => {
      const admin = await added({ role: 'admin' });
      const { id } = await aUserIn(subject(), { lockedAt: day(1) });
      await add(aMember(org, id, { role: 'admin' }));

      await expect(within(({ members }) => members.otherAdmins(admin.userId))).resolves.toBe(0);
    });

    it('counts the other admins that are live', async () => {
      const [one, other, gone] = [
        await added({ role: 'admin' }),
        await added({ role: 'admin' }),
        await added({ role: 'admin' }),
      ];
      await added();
      await within(({ members }) => members.remove(gone, day(2)));

      await expect(within(({ members }) => members.otherAdmins(one.userId))).resolves.toBe(1);
      await within(({ members }) => members.save(next(other, { role: 'member' })));
      await expect(within(({ members }) => members.otherAdmins(one.userId))).resolves.toBe(0);
    });

    it('leaves one of two admins that go concurrently, each under the lock of the organization', async () => {
      const admins = [await added({ role: 'admin' }), await added({ role: 'admin' })];

      const outcomes = await Promise.allSettled(
        admins.map(({ userId }) =>
          within(async ({ organizations, members }) => {
            await organizations.lock();
            const admin = await members.lock(userId);
            assertAdminStays(admin, undefined, await members.otherAdmins(userId));
            await members.remove(admin, day(2));
          }),
        ),
      );

      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      await expect(within(({ members }) => members.otherAdmins(UNKNOWN))).resolves.toBe(1);
    });
  });
}

export function memberInvitationsContract(subject: SubjectOf): void {
  describe('an invitation into an organization', () => {
    let org: string;
    beforeEach(async () => {
      org = (await anOrganizationIn(subject())).id;
    });
    const within = <T>(work: (stores: OrganizationStores) => Promise<T>, orgId = org) =>
      subject().uow.inOrganization(orgId, work);
    const added = async (changes: Partial<MemberInvitation> = {}) => {
      const invitation = anInvitation(org, changes);
      await within(({ memberInvitations }) => memberInvitations.add(invitation));
      return invitation;
    };
    const page = { limit: 50, order: 'asc' } as const;

    it('is found by id, address and token, in its organization alone', async () => {
      const invitation = await added({ email: 'eve@loom.localhost', permissions: ['data:export_pii'] });
      const other = (await anOrganizationIn(subject())).id;
      const finds = (orgId: string) =>
        within(
          async ({ memberInvitations: stored }) => [
            await stored.find(invitation.id),
            await stored.findByEmail('EVE@loom.localhost'),
            await stored.findByToken(invitation.tokenHash),
          ],
          orgId,
        );

      await expect(finds(org)).resolves.toEqual([invitation, invitation, invitation]);
      await expect(finds(other)).resolves.toEqual([undefined, undefined, undefined]);
      await expect(within(({ memberInvitations }) => memberInvitations.find('x'))).resolves.toBeUndefined();
    });

    it('waits until it expires or is accepted', async () => {
      const [waiting, accepted] = [await added(), await added()];
      await added({ expiresAt: day(2) });
      const { id } = await aUserIn(subject());

      await within(({ memberInvitations }) => memberInvitations.accept(accepted.id, id, day(3)));

      const listed = await within(({ memberInvitations }) => memberInvitations.list(page, day(3)));
      expect(listed.data).toEqual([waiting]);
      await expect(within(({ memberInvitations }) => memberInvitations.countWaiting(day(3)))).resolves.toBe(1);
      const found = await within(({ memberInvitations }) => memberInvitations.find(accepted.id));
      expect(found).toMatchObject({ acceptedBy: id });
    });

    it('is removed by its own organization alone', async () => {
      const invitation = await added();
      const other = (await anOrganizationIn(subject())).id;
      const find = () => within(({ memberInvitations }) => memberInvitations.find(invitation.id));

      await within(({ memberInvitations }) => memberInvitations.remove(invitation.id), other);
      await expect(find()).resolves.toEqual(invitation);

      await within(({ memberInvitations }) => memberInvitations.remove(invitation.id));
      await expect(find()).resolves.toBeUndefined();
    });
  });
}
