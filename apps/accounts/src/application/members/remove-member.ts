import { checkVersion, type Clock } from '#libs/kernel';
import type { CommandOf, Origin, accountsRpc } from '#libs/contracts';
import { assertAdminStays } from '../../domain/members/member.js';
import { recordChange } from '../record-change.js';
import { memberRemoved } from './member-change.js';
import { userOfMember } from './user-of-member.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** The person stays a user and may be added again. */
export class RemoveMember {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute(command: CommandOf<typeof accountsRpc.removeMember>, origin: Origin): Promise<Record<string, never>> {
    await userOfMember(this.uow, command.user_id, origin.scope);
    return this.uow.inOrganization(origin.scope, async ({ organizations, members, outbox }) => {
      await organizations.lock(); // the last two admins must not leave concurrently
      const before = await members.lock(command.user_id);
      checkVersion('The member', before.version, command.if_version);
      assertAdminStays(before, undefined, await members.otherAdmins(before.userId));

      await members.remove(before, this.clock.now());
      await recordChange(outbox, origin, memberRemoved(origin, before));
      return {};
    });
  }
}
