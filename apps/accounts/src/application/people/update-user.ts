import { AppError, checkVersion, type Clock } from '#libs/kernel';
import type { CommandOf, Origin, PersonView, accountsRpc } from '#libs/contracts';
import { isUnchanged } from '../../domain/is-unchanged.js';
import { changeUser, type User } from '../../domain/people/user.js';
import { assertSuperAdmin } from './super-admins.js';
import type { PlatformStores, UnitOfWork } from '../ports/unit-of-work.js';
import { personView } from './person-view.js';

/** Grants or withdraws the rights of a super admin. */
export class UpdateUser {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute(command: CommandOf<typeof accountsRpc.updateUser>, origin: Origin): Promise<PersonView> {
    return this.uow.acrossOrganizations(async (stores) => {
      await stores.exclusively('super-admins'); // the last two must not be demoted concurrently
      await assertSuperAdmin(stores, origin);
      const before = await stores.users.lock(command.user_id);
      checkVersion('The person', before.version, command.if_version);
      const after = changeUser(before, { isSuperAdmin: command.is_super_admin }, this.clock.now());
      if (isUnchanged(before, after)) return personView(before);
      await assertOneStays(stores, before, after);

      await stores.users.save(after);
      await stores.outbox.audit(
        { ...origin, scope: 'platform' },
        {
          event: 'UserUpdated',
          action: 'update',
          resourceType: 'user',
          resourceId: after.id,
          before: personView(before),
          after: personView(after),
        },
      );
      return personView(after);
    });
  }
}

/** @throws AppError `conflict`: without a super admin, no user could appoint another one */
async function assertOneStays({ users }: PlatformStores, before: User, after: User): Promise<void> {
  if (!before.isSuperAdmin || after.isSuperAdmin || (await users.otherSuperAdmins(before.id)) > 0) return;
  throw new AppError('conflict', 'This is the last super admin: appoint another super admin first');
}
