import type { OrganizationView } from '#libs/contracts';
import type { Organization } from '../../domain/organizations/organization.js';

export function organizationView(organization: Organization): OrganizationView {
  const { id, slug, name, captureIp, eventRetentionDays, version, createdAt, updatedAt } = organization;
  const settings = { capture_ip: captureIp, event_retention_days: eventRetentionDays };
  const times = { created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
  return { id, slug, name, ...settings, version, ...times };
}
