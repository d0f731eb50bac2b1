import type { Clock } from '#libs/kernel';
import { MemberUpdatedV1, type MemberView, type Origin, type UpdateMemberCommand } from '#libs/contracts';
import { assertAdminStays, changeMember } from '../../domain/members/member.js';
import { assertVersion } from '../../domain/organizations/organization.js';
import { memberData } from '../organizations/organization-change.js';
import { memberAudit } from './member-change.js';
import { personBehind } from './person-behind.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { viewOfMember } from '../people/views.js';

export class UpdateMember {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute(command: UpdateMemberCommand, origin: Origin): Promise<MemberView> {
    const user = await personBehind(this.uow, command.user_id);
    return this.uow.inOrganization(origin.scope, async ({ organizations, members, outbox }) => {
      await organizations.lock(); // so that the last two admins do not go at once
      const before = await members.lock(command.user_id);
      assertVersion(before, command.if_version);
      const after = changeMember(before, command, this.clock.now());
      assertAdminStays(before, after, await members.otherAdmins(before.userId));

      await members.save(after);
      await outbox.add(MemberUpdatedV1.of(origin, memberData(after)));
      const views = { before: viewOfMember(before, user), after: viewOfMember(after, user) };
      await outbox.audit(origin, memberAudit(views));
      return views.after;
    });
  }
}
