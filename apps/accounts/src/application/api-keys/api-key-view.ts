import type { ApiKeyView } from '#libs/contracts';
import type { ApiKey } from '../../domain/api-keys/api-key.js';

/** Without the key itself, which cannot be shown again, and without its hash. */
export function apiKeyView(key: ApiKey): ApiKeyView {
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
