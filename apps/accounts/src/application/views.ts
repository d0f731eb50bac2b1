import type { ApiKeyView, EnvironmentView, OrganizationView, UserView } from '#libs/contracts';
import type { ApiKey } from '../domain/api-key.js';
import type { Environment } from '../domain/environment.js';
import type { Organization } from '../domain/organization.js';
import type { User } from '../domain/user.js';

export function viewOfUser(user: User): UserView {
  return { id: user.id, email: user.email, is_super_admin: user.isSuperAdmin };
}

export function viewOfOrganization({ id, slug, name, version, createdAt, updatedAt }: Organization): OrganizationView {
  return { id, slug, name, version, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
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
