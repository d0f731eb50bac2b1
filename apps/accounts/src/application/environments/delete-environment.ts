import { AppError, type Clock } from '#libs/kernel';
import { EnvironmentDeletedV1, type CommandOf, type Origin, type accountsRpc } from '#libs/contracts';
import { assertVersion } from '../../domain/organizations/organization.js';
import { environmentFact } from '../organizations/organization-change.js';
import { environmentAudit } from './environment-change.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** Softly: its name is free at once, its row is purged later. No key of it may be left that opens anything. */
export class DeleteEnvironment {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute(command: CommandOf<typeof accountsRpc.deleteEnvironment>, origin: Origin): Promise<Record<string, never>> {
    return this.uow.inOrganization(origin.scope, async ({ environments, apiKeys, outbox }) => {
      const before = await environments.lock(command.environment, 'write'); // new keys wait, and do not find it then
      assertVersion(before, command.if_version);
      const at = this.clock.now();
      if (await apiKeys.anyLive(before.id, at)) throw new AppError('has_active_keys', 'Revoke its keys first');
      const last = { ...before, version: before.version + 1, updatedAt: at };

      await environments.remove(last);
      await outbox.add(environmentFact(EnvironmentDeletedV1, origin, last));
      await outbox.audit(origin, environmentAudit({ before }));
      return {};
    });
  }
}
