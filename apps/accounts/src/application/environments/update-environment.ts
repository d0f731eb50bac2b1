import { checkVersion, type Clock } from '#libs/kernel';
import type { EnvironmentView, Origin, UpdateEnvironmentCommand } from '#libs/contracts';
import { changeEnvironment } from '../../domain/environments/environment.js';
import { isUnchanged } from '../../domain/is-unchanged.js';
import { recordChange } from '../record-change.js';
import { environmentUpdated } from './environment-change.js';
import { environmentView } from './environment-view.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

export class UpdateEnvironment {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute(command: UpdateEnvironmentCommand, origin: Origin): Promise<EnvironmentView> {
    return this.uow.inOrganization(origin.scope, async ({ environments, outbox }) => {
      const before = await environments.lock(command.environment, 'write');
      checkVersion('The environment', before.version, command.if_version);
      const after = changeEnvironment(before, command, this.clock.now());
      if (isUnchanged(before, after)) return environmentView(before);

      await environments.save(after);
      await recordChange(outbox, origin, environmentUpdated(origin, before, after));
      return environmentView(after);
    });
  }
}
