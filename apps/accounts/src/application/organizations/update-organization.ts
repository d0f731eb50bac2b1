import { checkVersion, type Clock } from '#libs/kernel';
import type { CommandOf, Origin, OrganizationView, accountsRpc } from '#libs/contracts';
import { isUnchanged } from '../../domain/is-unchanged.js';
import { changeOrganization } from '../../domain/organizations/organization.js';
import { recordChange } from '../record-change.js';
import { organizationUpdated } from './organization-change.js';
import { organizationView } from './organization-view.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

export class UpdateOrganization {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute(command: CommandOf<typeof accountsRpc.updateOrganization>, origin: Origin): Promise<OrganizationView> {
    return this.uow.inOrganization(origin.scope, async ({ organizations, outbox }) => {
      const before = await organizations.lock();
      checkVersion('The organization', before.version, command.if_version);
      const { name, capture_ip: captureIp, event_retention_days: eventRetentionDays } = command;
      const after = changeOrganization(before, { name, captureIp, eventRetentionDays }, this.clock.now());
      if (isUnchanged(before, after)) return organizationView(before);

      await organizations.save(after);
      await recordChange(outbox, origin, organizationUpdated(origin, before, after));
      return organizationView(after);
    });
  }
}
