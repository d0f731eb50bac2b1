import { AppError, checkVersion, type Clock } from '#libs/kernel';
import type { CommandOf, Origin, accountsRpc } from '#libs/contracts';
import { recordChange } from '../record-change.js';
import { environmentDeleted } from './environment-change.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** Deletes softly: the name is free at once, the row is purged later. No live key of the environment may be left. */
export class DeleteEnvironment {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute(command: CommandOf<typeof accountsRpc.deleteEnvironment>, origin: Origin): Promise<Record<string, never>> {
    return this.uow.inOrganization(origin.scope, async ({ environments, apiKeys, outbox }) => {
      const before = await environments.lock(command.environment, 'write'); // new keys wait for it, and then do not find it
      checkVersion('The environment', before.version, command.if_version);
      const at = this.clock.now();
      if (await apiKeys.anyLive(before.id, at)) {
        throw new AppError('has_active_keys', 'The environment has live keys: revoke them first');
      }
      const last = { ...before, version: before.version + 1, updatedAt: at };

      await environments.remove(last);
      await recordChange(outbox, origin, environmentDeleted(origin, before, last));
      return {};
    });
  }
}
