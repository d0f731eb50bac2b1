import type { Clock, Ids } from '#libs/kernel';
import {
  EnvironmentCreatedV1,
  type CommandOf,
  type EnvironmentView,
  type Origin,
  type accountsRpc,
} from '#libs/contracts';
import { newEnvironment } from '../../domain/environments/environment.js';
import { environmentFact } from '../organizations/organization-change.js';
import { environmentAudit } from './environment-change.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { viewOfEnvironment } from '../people/views.js';

export class CreateEnvironment {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  execute(command: CommandOf<typeof accountsRpc.createEnvironment>, origin: Origin): Promise<EnvironmentView> {
    return this.uow.inOrganization(origin.scope, async ({ organizations, environments, outbox }) => {
      const { id: orgId } = await organizations.lock(); // so that two at once do not take one position
      const place = { id: this.ids.next(), orgId, position: await environments.nextPosition() };
      const environment = newEnvironment(command, place, this.clock.now());

      await environments.add(environment);
      await outbox.add(environmentFact(EnvironmentCreatedV1, origin, environment));
      await outbox.audit(origin, environmentAudit({ after: environment }));
      return viewOfEnvironment(environment);
    });
  }
}
