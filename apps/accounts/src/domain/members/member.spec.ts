import type { Role } from '#libs/contracts';
import { assertAdminStays, changeMember, newMember, type Member, type MemberRights } from './member.js';

const at = new Date('2030-01-01T00:00:00Z');
const identity = { id: 'member', orgId: 'org', userId: 'user' };
const admin: Member = newMember({ role: 'admin', permissions: ['data:export_pii'] }, identity, at);

describe('a member', () => {
  it('keeps the fields that a change leaves out, and gets a new version', () => {
    const later = new Date('2030-01-02T00:00:00Z');

    expect(changeMember(admin, { role: 'member' }, later)).toEqual({
      ...admin,
      role: 'member',
      version: 2,
      updatedAt: later,
    });
    expect(changeMember(admin, { permissions: [] }, later)).toMatchObject({ role: 'admin', permissions: [] });
  });

  it('has each permission once, and none that is unknown', () => {
    const twice = ['data:export_pii', 'data:delete_pii', 'data:export_pii'] as const;
    expect(newMember({ role: 'member', permissions: twice }, identity, at).permissions).toEqual(twice.slice(0, 2));

    const wrong = { role: 'member', permissions: ['data:delete_pii', 'everything'] } as unknown as MemberRights;
    expect(() => newMember(wrong, identity, at)).toThrow(
      expect.objectContaining({
        code: 'invalid_type',
        details: [expect.objectContaining({ field: 'permissions[1]' })],
      }),
    );
    expect(() => changeMember(admin, { role: 'owner' as string as Role }, at)).toThrow(
      expect.objectContaining({ code: 'invalid_type' }),
    );
  });

  it('has its permissions in one order, so that the same ones in another order are no change', () => {
    const [one, other] = ['data:export_pii', 'killswitch:activate'] as const;
    const member = newMember({ role: 'member', permissions: [one, other] }, identity, at);

    expect(changeMember(member, { permissions: [other, one] }, at).permissions).toEqual(member.permissions);
  });

  const member = changeMember(admin, { role: 'member' }, at);
  it.each([
    ['the last admin may not go', admin, undefined, 0, true],
    ['the last admin may not become a member', admin, member, 0, true],
    ['the last admin may change permissions', admin, changeMember(admin, { permissions: [] }, at), 0, false],
    ['one of two admins may go', admin, undefined, 1, false],
    ['a member may go', member, undefined, 0, false],
  ] as const)('%s', (_, before, after, others, isRefused) => {
    const check = (): void => assertAdminStays(before, after, others);

    if (isRefused) expect(check).toThrow(expect.objectContaining({ code: 'conflict' }));
    else expect(check).not.toThrow();
  });
});
