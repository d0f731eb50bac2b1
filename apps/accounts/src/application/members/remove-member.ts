import type { Clock } from '#libs/kernel';
import { MemberRemovedV1, type CommandOf, type Origin, type accountsRpc } from '#libs/contracts';
import { assertAdminStays } from '../../domain/members/member.js';
import { assertVersion } from '../../domain/organizations/organization.js';
import { memberData } from '../organizations/organization-change.js';
import { memberAudit } from './member-change.js';
import { personBehind } from './person-behind.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { viewOfMember } from '../people/views.js';

/** The person stays; they may be added again. */
export class RemoveMember {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute(command: CommandOf<typeof accountsRpc.removeMember>, origin: Origin): Promise<Record<string, never>> {
    const user = await personBehind(this.uow, command.user_id);
    return this.uow.inOrganization(origin.scope, async ({ organizations, members, outbox }) => {
      await organizations.lock(); // so that the last two admins do not go at once
      const before = await members.lock(command.user_id);
      assertVersion(before, command.if_version);
      assertAdminStays(before, undefined, await members.otherAdmins(before.userId));

      await members.remove(before, this.clock.now());
      await outbox.add(MemberRemovedV1.of(origin, memberData(before)));
      await outbox.audit(origin, memberAudit({ before: viewOfMember(before, user) }));
      return {};
    });
  }
}
