import { familyOf, type ApiKey } from '../../domain/api-keys/api-key.js';
import type { AuditEntry } from '../ports/unit-of-work.js';

/** The entry of a creation (no `before`) or a revocation. */
export function apiKeyAudit(key: ApiKey, change: { before?: unknown; after: unknown }): AuditEntry {
  const entity = familyOf(key.keyType) === 'flags' ? 'SdkKey' : 'AnalyticsKey';
  const created = change.before === undefined;
  return {
    event: `${entity}${created ? 'Created' : 'Revoked'}`,
    action: created ? 'insert' : 'revoke',
    resourceType: 'api_key',
    resourceId: key.id,
    resourceKey: key.lookupId,
    environment: key.environment?.name,
    ...change,
  };
}
