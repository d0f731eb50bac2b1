import { AppError, checkVersion, type Clock } from '#libs/kernel';
import { PLATFORM, type CommandOf, type Origin, type PersonView, type accountsRpc } from '#libs/contracts';
import { changeUser, isPending, type User } from '../../domain/people/user.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { recordChange } from '../record-change.js';
import { personView } from './person-view.js';
import { assertOneSuperAdminStays, assertSuperAdmin } from './super-admins.js';
import { userChanged } from './user-change.js';

/** Grants or withdraws the rights of a super admin. */
export class UpdateUser {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute(command: CommandOf<typeof accountsRpc.updateUser>, by: Origin): Promise<PersonView> {
    const origin = { ...by, scope: PLATFORM };
    return this.uow.acrossOrganizations(async (stores) => {
      await stores.exclusively('super-admins'); // the last two must not be demoted concurrently
      await assertSuperAdmin(stores, origin);
      const before = await stores.users.lock(command.user_id);
      checkVersion('The person', before.version, command.if_version);
      if (before.isSuperAdmin === command.is_super_admin) return personView(before);
      assertMayBePromoted(before);
      const after = changeUser(before, { isSuperAdmin: command.is_super_admin }, this.clock.now());
      await assertOneSuperAdminStays(stores, before, after);

      await stores.users.save(after);
      await recordChange(stores.outbox, origin, userChanged(origin, { ...UPDATED, before, after }));
      return personView(after);
    });
  }
}

const UPDATED = { event: 'UserUpdated', action: 'update' } as const;

/** Rights belong to a person that has proved to hold the account, not to a link that may lie in other hands. */
function assertMayBePromoted(before: User): void {
  if (before.isSuperAdmin || !isPending(before)) return;
  throw new AppError('conflict', 'This person has not accepted the invitation yet: promote the person after that');
}
