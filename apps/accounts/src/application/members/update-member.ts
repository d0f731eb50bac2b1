import { checkVersion, type Clock } from '#libs/kernel';
import type { MemberView, Origin, UpdateMemberCommand } from '#libs/contracts';
import { isUnchanged } from '../../domain/is-unchanged.js';
import { assertAdminStays, changeMember } from '../../domain/members/member.js';
import { recordChange } from '../record-change.js';
import { memberUpdated } from './member-change.js';
import { memberView } from './member-view.js';
import { userOfMember } from './user-of-member.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

export class UpdateMember {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute(command: UpdateMemberCommand, origin: Origin): Promise<MemberView> {
    const user = await userOfMember(this.uow, command.user_id, origin.scope);
    return this.uow.inOrganization(origin.scope, async ({ organizations, members, outbox }) => {
      await organizations.lock(); // the last two admins must not leave concurrently
      const before = await members.lock(command.user_id);
      checkVersion('The member', before.version, command.if_version);
      const after = changeMember(before, command, this.clock.now());
      if (isUnchanged(before, after)) return memberView(before, user);
      assertAdminStays(before, after, await members.otherAdmins(before.userId));

      await members.save(after);
      await recordChange(outbox, origin, memberUpdated(origin, before, after));
      return memberView(after, user);
    });
  }
}
