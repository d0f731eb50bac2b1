import type { Clock } from '#libs/kernel';
import {
  OrganizationUpdatedV1,
  type CommandOf,
  type Origin,
  type OrganizationView,
  type accountsRpc,
} from '#libs/contracts';
import { assertVersion, changeOrganization } from '../../domain/organizations/organization.js';
import { organizationData } from './organization-change.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { viewOfOrganization } from '../people/views.js';

export class UpdateOrganization {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute(command: CommandOf<typeof accountsRpc.updateOrganization>, origin: Origin): Promise<OrganizationView> {
    return this.uow.inOrganization(origin.scope, async ({ organizations, outbox }) => {
      const before = await organizations.lock();
      assertVersion(before, command.if_version);
      const { name, capture_ip: captureIp, event_retention_days: eventRetentionDays } = command;
      const after = changeOrganization(before, { name, captureIp, eventRetentionDays }, this.clock.now());

      await organizations.save(after);
      await outbox.add(OrganizationUpdatedV1.of(origin, organizationData(after)));
      await outbox.audit(origin, {
        event: 'OrganizationUpdated',
        action: 'update',
        resourceType: 'organization',
        resourceId: after.id,
        resourceKey: after.slug,
        before: viewOfOrganization(before),
        after: viewOfOrganization(after),
      });
      return viewOfOrganization(after);
    });
  }
}
