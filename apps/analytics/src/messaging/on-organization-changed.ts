import type { FactOf, OrganizationUpdatedV1 } from '#libs/contracts';
import type { FactHandler } from '#libs/bus';
import type { OrganizationSettings } from '../application/ports.js';

type OrganizationFact = FactOf<typeof OrganizationUpdatedV1>;

/** organization.created, organization.updated. One that was published before there were these settings says nothing of them. */
export const onOrganizationChanged =
  (settings: OrganizationSettings): FactHandler =>
  async (fact) => {
    const {
      org_id: orgId,
      event_retention_days: retentionDays,
      capture_ip: captureIp,
      version,
    } = (fact as OrganizationFact).data;
    if (retentionDays === undefined || captureIp === undefined) return;
    await settings.learn([{ orgId, retentionDays, captureIp, version }]);
  };
