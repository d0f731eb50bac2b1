import type { ApiKeyView, EnvironmentView, MemberView, OrganizationView, PersonView, UserView } from '#libs/contracts';
import type { ApiKey } from '../../domain/api-keys/api-key.js';
import type { Environment } from '../../domain/environments/environment.js';
import type { Member } from '../../domain/members/member.js';
import type { Organization } from '../../domain/organizations/organization.js';
import { isPending, type User } from '../../domain/people/user.js';

export function viewOfUser(user: User): UserView {
  return { id: user.id, email: user.email, is_super_admin: user.isSuperAdmin };
}

export function viewOfPerson(user: User): PersonView {
  const times = { created_at: user.createdAt.toISOString(), updated_at: user.updatedAt.toISOString() };
  return { ...viewOfUser(user), pending: isPending(user), version: user.version, ...times };
}

export function viewOfMember(
  member: Member,
  { email, passwordHash }: Pick<User, 'email' | 'passwordHash'>,
): MemberView {
  const { userId, role, permissions, version, createdAt, updatedAt } = member;
  const times = { created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
  return { user_id: userId, email, role, permissions, pending: passwordHash === undefined, version, ...times };
}

export function viewOfOrganization(organization: Organization): OrganizationView {
  const { id, slug, name, captureIp, eventRetentionDays, version, createdAt, updatedAt } = organization;
  const settings = { capture_ip: captureIp, event_retention_days: eventRetentionDays };
  return {
    id,
    slug,
    name,
    ...settings,
    version,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}

export function viewOfEnvironment(environment: Environment): EnvironmentView {
  const { id, orgId, name, color, position, version, createdAt, updatedAt } = environment;
  const times = { created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
  return {
    id,
    org_id: orgId,
    name,
    color: color ?? null,
    protected: environment.protected,
    position,
    version,
    ...times,
  };
}

/** Without the key itself, which nobody can show again, and without its hash. */
export function viewOfApiKey(key: ApiKey): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    key_type: key.keyType.slice(key.keyType.indexOf('_') + 1),
    environment: key.environment?.name ?? null,
    lookup_id: key.lookupId,
    allowed_origins: key.allowedOrigins,
    created_at: key.createdAt.toISOString(),
    created_by: key.createdBy,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    expires_at: key.expiresAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
  };
}
