import type {
  ApiKeyCreatedV1,
  EnvironmentCreatedV1,
  MemberAddedV1,
  OrganizationCreatedV1,
  FactDraft,
  FactOf,
  FactType,
  Origin,
} from '#libs/contracts';
import type { ApiKey } from '../../domain/api-keys/api-key.js';
import type { Environment } from '../../domain/environments/environment.js';
import type { Member } from '../../domain/members/member.js';
import type { Organization } from '../../domain/organizations/organization.js';

type OrganizationData = FactOf<typeof OrganizationCreatedV1>['data'];
type EnvironmentData = FactOf<typeof EnvironmentCreatedV1>['data'];
type MemberData = FactOf<typeof MemberAddedV1>['data'];
type ApiKeyData = FactOf<typeof ApiKeyCreatedV1>['data'];

/** What facts say about an organization. */
export function organizationData(organization: Organization): OrganizationData {
  const { id, slug, name, version, captureIp, eventRetentionDays } = organization;
  return { org_id: id, slug, name, version, capture_ip: captureIp, event_retention_days: eventRetentionDays };
}

/** Created, updated, deleted: all three say what it is now, or was last. */
export function environmentFact(
  type: FactType<EnvironmentData>,
  origin: Origin,
  environment: Environment,
): FactDraft<EnvironmentData> {
  const { id, name, color, position, version } = environment;
  const data = { environment_id: id, name, color: color ?? null, protected: environment.protected, position, version };
  return type.of(origin, data, id);
}

/** What facts say about a member; of one who left, the last rights. */
export function memberData({ userId, role, permissions }: Member): MemberData {
  return { user_id: userId, role, permissions: [...permissions] };
}

/** What facts say about an API key: nothing that opens anything. */
export function apiKeyData({ id, lookupId, keyType }: ApiKey): ApiKeyData {
  return { key_id: id, lookup_id: lookupId, key_type: keyType };
}
