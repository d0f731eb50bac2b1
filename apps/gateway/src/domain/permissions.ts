import type { Membership, Role, SpecialPermission, UserView } from '#libs/contracts';

/** What a route of an organization requires of a person. Empty: membership is enough. */
export interface Requirement {
  readonly role?: Role;
  readonly permission?: SpecialPermission;
  /** Super admins are admitted too, without a membership. */
  readonly superAdmin?: boolean;
}

/**
 * The permissions of the routes. Objects of an organization are edited only by its members, objects of the platform only by super
 * admins.
 */
export const may = {
  read: { in: 'org', superAdmin: true },
  /** A POST without an effect: tokens with the scope `read` are enough. */
  tryOut: { in: 'org', superAdmin: true, scope: 'read' },
  editObjects: { in: 'org', role: 'admin' },
  deleteForGood: { in: 'org', role: 'admin', permission: 'admin:force_delete', superAdmin: true },
  throwKillSwitches: { in: 'org', permission: 'killswitch:activate' },
  manageKeys: { in: 'org', role: 'admin', superAdmin: true },
  manageOrganization: { in: 'org', role: 'admin', superAdmin: true },
  queryEvents: { in: 'org', superAdmin: true },
  readAudit: { in: 'org', role: 'admin', superAdmin: true },
  runPlatform: { in: 'platform' },
} as const satisfies Record<string, Requirement & { readonly in: 'org' | 'platform'; readonly scope?: 'read' }>;

/** Whether a person with this membership fulfils the requirement. Super admins without a membership have `role: null`. */
export function fulfils({ user, role, permissions }: Membership, requirement: Requirement): boolean {
  if (requirement.superAdmin === true && user.is_super_admin) return true;
  if (role === null) return false;
  const hasRole = requirement.role !== 'admin' || role === 'admin';
  return hasRole && (requirement.permission === undefined || permissions.includes(requirement.permission));
}

/** Whether a person that reached a route of kill switches may activate them. Without a membership: on the platform, a super admin. */
export function mayActivate(membership: Membership | undefined): boolean {
  return membership === undefined || fulfils(membership, may.throwKillSwitches);
}

/** The special permissions that a person may use in an organization: super admins have most of them everywhere. */
export function permissionsInForce(
  { is_super_admin }: Pick<UserView, 'is_super_admin'>,
  granted: readonly SpecialPermission[],
): readonly SpecialPermission[] {
  return is_super_admin ? [...new Set([...granted, ...OF_SUPER_ADMINS])] : granted;
}

const OF_SUPER_ADMINS: readonly SpecialPermission[] = ['admin:force_delete', 'data:export_pii', 'data:delete_pii'];

/** Whether a token's scope covers what is needed. A token without a scope covers everything. */
export function covers(scope: string | undefined, needed: 'read' | 'write'): boolean {
  return scope === undefined || scope.split(' ').includes(needed);
}
