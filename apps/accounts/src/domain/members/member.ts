import { AppError } from '#libs/kernel';
import { ROLES, SPECIAL_PERMISSIONS, type Role, type SpecialPermission } from '#libs/contracts';
import { invalid } from '../invalid.js';

export interface Member {
  readonly id: string;
  readonly orgId: string;
  readonly userId: string;
  readonly role: Role;
  readonly permissions: readonly SpecialPermission[];
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Who creates an organization becomes its admin, with every special permission. */
export function foundingMember(who: { id: string; orgId: string; userId: string }, at: Date): Member {
  return { ...who, role: 'admin', permissions: SPECIAL_PERMISSIONS, version: 1, createdAt: at, updatedAt: at };
}

export interface MemberWish {
  readonly role: Role;
  readonly permissions: readonly SpecialPermission[];
}

/** @throws AppError `invalid_type` */
export function newMember(wish: MemberWish, who: { id: string; orgId: string; userId: string }, at: Date): Member {
  return { ...who, ...knownRights(wish), version: 1, createdAt: at, updatedAt: at };
}

/** @throws AppError `invalid_type` */
export function changeMember(member: Member, wish: Partial<MemberWish>, at: Date): Member {
  const rights = knownRights({ role: wish.role ?? member.role, permissions: wish.permissions ?? member.permissions });
  return { ...member, ...rights, version: member.version + 1, updatedAt: at };
}

/** @throws AppError `conflict`: an organization without an admin could not be helped from inside. `others`: its other admins. */
export function assertAdminStays(before: Member, after: Member | undefined, others: number): void {
  if (before.role !== 'admin' || after?.role === 'admin' || others > 0) return;
  throw new AppError('conflict', 'This is the last admin of the organization: make somebody else admin first');
}

function knownRights({ role, permissions }: MemberWish): MemberWish {
  if (!ROLES.includes(role)) throw invalid('invalid_type', 'role', `A role is ${ROLES.join(' or ')}`);
  const wrong = permissions.findIndex((permission) => !SPECIAL_PERMISSIONS.includes(permission));
  if (wrong === -1) return { role, permissions: [...new Set(permissions)] };
  throw invalid('invalid_type', `permissions[${wrong}]`, `A permission is one of ${SPECIAL_PERMISSIONS.join(', ')}`);
}
