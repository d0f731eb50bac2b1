import type { Clock } from '#libs/kernel';
import {
  EnvironmentUpdatedV1,
  type EnvironmentView,
  type Origin,
  type UpdateEnvironmentCommand,
} from '#libs/contracts';
import { changeEnvironment } from '../domain/environment.js';
import { assertVersion } from '../domain/organization.js';
import { environmentFact } from './announcements.js';
import { environmentAudit } from './environment-audit.js';
import type { UnitOfWork } from './ports.js';
import { viewOfEnvironment } from './views.js';

export class UpdateEnvironment {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute(command: UpdateEnvironmentCommand, origin: Origin): Promise<EnvironmentView> {
    return this.uow.inOrganization(origin.scope, async ({ environments, outbox }) => {
      const before = await environments.lock(command.environment, 'write');
      assertVersion(before, command.if_version);
      const after = changeEnvironment(before, command, this.clock.now());

      await environments.save(after);
      await outbox.add(environmentFact(EnvironmentUpdatedV1, origin, after));
      await outbox.audit(origin, environmentAudit({ before, after }));
      return viewOfEnvironment(after);
    });
  }
}
