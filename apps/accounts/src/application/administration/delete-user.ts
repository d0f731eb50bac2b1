import { AppError, checkVersion, type Clock } from '#libs/kernel';
import { PLATFORM, UserDeletedV1, type CommandOf, type Origin, type accountsRpc } from '#libs/contracts';
import { canSignIn, type User } from '../../domain/people/user.js';
import { memberRemoved } from '../members/member-change.js';
import { personView } from '../people/person-view.js';
import { assertOneSuperAdminStays, assertSuperAdmin } from '../people/super-admins.js';
import type { PlatformStores, UnitOfWork } from '../ports/unit-of-work.js';
import { recordChange } from '../record-change.js';
import { endSessionsOf } from '../sessions/end-sessions.js';

/** Deletes a person with their address, sessions, links and memberships; of a pending person, the invitation. */
export class DeleteUser {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute(command: CommandOf<typeof accountsRpc.deleteUser>, by: Origin): Promise<Record<string, never>> {
    const origin = { ...by, scope: PLATFORM };
    return this.uow.acrossOrganizations(async (stores) => {
      await stores.exclusively('super-admins');
      await assertSuperAdmin(stores, origin);
      // First the organizations, then the person: the order in which links are accepted.
      const members = await stores.memberships.lockAll(command.user_id);
      const user = await stores.users.lock(command.user_id);
      checkVersion('The person', user.version, command.if_version);
      await assertOneSuperAdminStays(stores, user);
      await assertAdminsStay(stores, user);

      await endSessionsOf(stores, { userId: user.id, at: this.clock.now(), origin }); // before their rows go
      await stores.users.remove(user.id);
      for (const member of members) {
        const inOrganization = { ...origin, scope: member.orgId };
        await recordChange(stores.outbox, inOrganization, memberRemoved(inOrganization, member));
      }
      await stores.outbox.add(UserDeletedV1.of(origin, { user_id: user.id }));
      await stores.outbox.audit(origin, deleted(user));
      return {};
    });
  }
}

/** @throws AppError `conflict`, which names organizations that would have no admin */
async function assertAdminsStay({ memberships }: PlatformStores, user: User): Promise<void> {
  if (!canSignIn(user)) return;
  const slugs = await memberships.onlyAdminOf(user.id);
  if (slugs.length === 0) return;
  const message = `This is the last admin of ${slugs.join(', ')}: appoint another admin there first`;
  throw new AppError('conflict', message, [{ message, organizations: slugs }]);
}

function deleted(user: User) {
  const resource = { resourceType: 'user', resourceId: user.id };
  return { event: 'UserDeleted', action: 'delete', ...resource, before: personView(user) };
}
