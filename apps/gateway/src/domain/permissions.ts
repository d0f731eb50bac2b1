import type { Membership, Role, SpecialPermission } from '#libs/contracts';

/** What a route of an organization asks of a person. Nothing asked: any member will do. */
export interface Requirement {
  readonly role?: Role;
  readonly permission?: SpecialPermission;
  /** A super admin passes, member or not. */
  readonly superAdmin?: boolean;
}

/**
 * The table of specification 07, as far as there are routes for it. Objects of an organization are edited by its members alone,
 * those of the platform by super admins.
 */
export const may = {
  read: { in: 'org', superAdmin: true },
  /** Asks by POST and changes nothing: a token that only reads will do. */
  tryOut: { in: 'org', superAdmin: true, scope: 'read' },
  editObjects: { in: 'org', role: 'admin' },
  deleteForGood: { in: 'org', role: 'admin', permission: 'admin:force_delete', superAdmin: true },
  throwKillSwitches: { in: 'org', permission: 'killswitch:activate' },
  manageKeys: { in: 'org', role: 'admin', superAdmin: true },
  manageOrganization: { in: 'org', role: 'admin', superAdmin: true },
  /** Events, and later persons. */
  queryEvents: { in: 'org', superAdmin: true },
  readAudit: { in: 'org', role: 'admin', superAdmin: true },
  runPlatform: { in: 'platform' },
} as const satisfies Record<string, Requirement & { readonly in: 'org' | 'platform'; readonly scope?: 'read' }>;

/** Whether a person with this membership fulfils the requirement. A super admin who is no member has `role: null`. */
export function fulfils({ user, role, permissions }: Membership, requirement: Requirement): boolean {
  if (requirement.superAdmin === true && user.is_super_admin) return true;
  if (role === null) return false;
  const hasRole = requirement.role !== 'admin' || role === 'admin';
  return hasRole && (requirement.permission === undefined || permissions.includes(requirement.permission));
}

/** Whether a token's scope covers what is needed. The claim only narrows: without it everything is covered. */
export function covers(scope: string | undefined, needed: 'read' | 'write'): boolean {
  return scope === undefined || scope.split(' ').includes(needed);
}
