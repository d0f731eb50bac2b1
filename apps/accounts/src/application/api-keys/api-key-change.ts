import {
  ApiKeyCreatedV1,
  ApiKeyRevokedV1,
  type AuditDraft,
  type FactOf,
  type FactType,
  type Origin,
} from '#libs/contracts';
import { familyOf, type ApiKey } from '../../domain/api-keys/api-key.js';
import type { Change } from '../record-change.js';
import { apiKeyView } from './api-key-view.js';

type ApiKeyData = FactOf<typeof ApiKeyCreatedV1>['data'];

export function apiKeyCreated(origin: Origin, key: ApiKey): Change<ApiKeyData> {
  const audit = apiKeyAudit(key, { verb: 'Created', action: 'insert', after: apiKeyView(key) });
  return { fact: apiKeyFact(ApiKeyCreatedV1, origin, key), audit };
}

export function apiKeyRevoked(origin: Origin, before: ApiKey, after: ApiKey): Change<ApiKeyData> {
  const views = { before: apiKeyView(before), after: apiKeyView(after) };
  const audit = apiKeyAudit(after, { verb: 'Revoked', action: 'revoke', ...views });
  return { fact: apiKeyFact(ApiKeyRevokedV1, origin, after), audit };
}

/** Holds nothing that authenticates. */
function apiKeyFact(type: FactType<ApiKeyData>, origin: Origin, { id, lookupId, keyType, environment }: ApiKey) {
  return type.of(origin, { key_id: id, lookup_id: lookupId, key_type: keyType }, environment?.id);
}

interface KeyAudit extends Pick<AuditDraft, 'action' | 'before' | 'after'> {
  readonly verb: string;
}

function apiKeyAudit(key: ApiKey, { verb, ...change }: KeyAudit): AuditDraft {
  const entity = familyOf(key.keyType) === 'flags' ? 'SdkKey' : 'AnalyticsKey';
  return {
    event: `${entity}${verb}`,
    resourceType: 'api_key',
    resourceId: key.id,
    resourceKey: key.lookupId,
    environment: key.environment?.name,
    environmentId: key.environment?.id,
    ...change,
  };
}
