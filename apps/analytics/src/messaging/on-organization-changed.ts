import type { FactOf, OrganizationUpdatedV1 } from '#libs/contracts';
import type { FactHandler } from '#libs/bus';
import type { OrganizationSettings } from '../application/retention/ports.js';

type OrganizationFact = FactOf<typeof OrganizationUpdatedV1>;

/** organization.created, organization.updated. Facts from before these settings existed do not contain them and are ignored. */
export const onOrganizationChanged =
  (settings: OrganizationSettings): FactHandler =>
  async (fact) => {
    const { data } = fact as OrganizationFact;
    const { org_id: orgId, event_retention_days: retentionDays, capture_ip: captureIp, version } = data;
    if (retentionDays === undefined || captureIp === undefined) return;
    await settings.save([{ orgId, retentionDays, captureIp, version }]);
  };
