import { AppError, invalid } from '#libs/kernel';
import { ROLES, SPECIAL_PERMISSIONS, type Role, type SpecialPermission } from '#libs/contracts';

export interface Member {
  readonly id: string;
  readonly orgId: string;
  readonly userId: string;
  readonly role: Role;
  readonly permissions: readonly SpecialPermission[];
  /** The address of the invitation that was accepted; it may be another one than the account's. Absent for founders. */
  readonly invitedAs?: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

type MemberIdentity = Pick<Member, 'id' | 'orgId' | 'userId' | 'invitedAs'>;

/** The founder of an organization becomes its admin, with every special permission. */
export function foundingMember(identity: MemberIdentity, at: Date): Member {
  return { ...identity, role: 'admin', permissions: SPECIAL_PERMISSIONS, version: 1, createdAt: at, updatedAt: at };
}

export interface MemberRights {
  readonly role: Role;
  readonly permissions: readonly SpecialPermission[];
}

/** @throws AppError `invalid_type` */
export function newMember(rights: MemberRights, identity: MemberIdentity, at: Date): Member {
  return { ...identity, ...knownRights(rights), version: 1, createdAt: at, updatedAt: at };
}

/** @throws AppError `invalid_type` */
export function changeMember(member: Member, rights: Partial<MemberRights>, at: Date): Member {
  const { role = member.role, permissions = member.permissions } = rights;
  return { ...member, ...knownRights({ role, permissions }), version: member.version + 1, updatedAt: at };
}

/** @throws AppError `conflict`: without an admin, no member could appoint another one. `others`: how many other admins can sign in. */
export function assertAdminStays(before: Member, after: Member | undefined, others: number): void {
  if (before.role !== 'admin' || after?.role === 'admin' || others > 0) return;
  throw new AppError('conflict', 'This is the last admin of the organization: appoint another admin first');
}

/** The permissions in one order: the same ones in another order are no change. @throws AppError `invalid_type` */
export function knownRights({ role, permissions }: MemberRights): MemberRights {
  if (!ROLES.includes(role)) throw invalid('invalid_type', 'role', `A role is ${ROLES.join(' or ')}`);
  const wrong = permissions.findIndex((permission) => !SPECIAL_PERMISSIONS.includes(permission));
  if (wrong === -1) return { role, permissions: SPECIAL_PERMISSIONS.filter((one) => permissions.includes(one)) };
  throw invalid('invalid_type', `permissions[${wrong}]`, `A permission is one of ${SPECIAL_PERMISSIONS.join(', ')}`);
}
