import { SPECIAL_PERMISSIONS, type Role, type SpecialPermission } from '#libs/contracts';

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
