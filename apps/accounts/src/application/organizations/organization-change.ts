import {
  OrganizationUpdatedV1,
  type AuditDraft,
  type FactOf,
  type Origin,
  type OrganizationCreatedV1,
} from '#libs/contracts';
import type { Organization } from '../../domain/organizations/organization.js';
import type { Change } from '../record-change.js';
import { organizationView } from './organization-view.js';

type OrganizationData = FactOf<typeof OrganizationCreatedV1>['data'];

/** The organization in facts. */
export function organizationData(organization: Organization): OrganizationData {
  const { id, slug, name, version, captureIp, eventRetentionDays } = organization;
  return { org_id: id, slug, name, version, capture_ip: captureIp, event_retention_days: eventRetentionDays };
}

export function organizationUpdated(
  origin: Origin,
  before: Organization,
  after: Organization,
): Change<OrganizationData> {
  return {
    fact: OrganizationUpdatedV1.of(origin, organizationData(after)),
    audit: organizationAudit(after, { before: organizationView(before), after: organizationView(after) }),
  };
}

/** The audit entry of a creation (no `before`) or an update. */
export function organizationAudit(
  { id, slug }: Organization,
  views: { readonly before?: unknown; readonly after: unknown },
): AuditDraft {
  const [event, action] =
    views.before === undefined ? ['OrganizationCreated', 'insert'] : ['OrganizationUpdated', 'update'];
  return { event, action, resourceType: 'organization', resourceId: id, resourceKey: slug, ...views };
}
