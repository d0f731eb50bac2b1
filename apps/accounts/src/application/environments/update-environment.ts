import type { Clock } from '#libs/kernel';
import {
  EnvironmentUpdatedV1,
  type EnvironmentView,
  type Origin,
  type UpdateEnvironmentCommand,
} from '#libs/contracts';
import { changeEnvironment } from '../../domain/environments/environment.js';
import { assertVersion } from '../../domain/organizations/organization.js';
import { environmentFact } from '../organizations/organization-change.js';
import { environmentAudit } from './environment-change.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { viewOfEnvironment } from '../people/views.js';

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
