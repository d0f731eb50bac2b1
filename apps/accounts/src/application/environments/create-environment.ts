import type { Clock, Ids } from '#libs/kernel';
import type { CommandOf, EnvironmentView, Origin, accountsRpc } from '#libs/contracts';
import { newEnvironment } from '../../domain/environments/environment.js';
import { recordChange } from '../record-change.js';
import { environmentCreated } from './environment-change.js';
import { environmentView } from './environment-view.js';
import type { AccountsPolicy } from '../ports/policy.js';
import { assertQuota } from '../quota.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

export class CreateEnvironment {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly policy: AccountsPolicy,
  ) {}

  execute(command: CommandOf<typeof accountsRpc.createEnvironment>, origin: Origin): Promise<EnvironmentView> {
    return this.uow.inOrganization(origin.scope, async ({ organizations, environments, outbox }) => {
      const { id: orgId } = await organizations.lock(); // concurrent creations must not take the same position or pass the quota
      assertQuota('environments', this.policy.quotas.environments, await environments.count());
      const place = { id: this.ids.next(), orgId, position: await environments.nextPosition() };
      const environment = newEnvironment(command, place, this.clock.now());

      await environments.add(environment);
      await recordChange(outbox, origin, environmentCreated(origin, environment));
      return environmentView(environment);
    });
  }
}
