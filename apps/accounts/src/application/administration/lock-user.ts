import type { Clock } from '#libs/kernel';
import { PLATFORM, type CommandOf, type Origin, type PersonView, type accountsRpc } from '#libs/contracts';
import { changeUser } from '../../domain/people/user.js';
import { personView } from '../people/person-view.js';
import { assertOneSuperAdminStays, assertSuperAdmin } from '../people/super-admins.js';
import { userChanged } from '../people/user-change.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { recordChange } from '../record-change.js';
import { endSessionsOf } from '../sessions/end-sessions.js';

/**
 * Locks a person out of the platform, and ends their sessions. The last admin of an organization may be locked: super admins
 * appoint another one.
 */
export class LockUser {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute({ user_id }: CommandOf<typeof accountsRpc.lockUser>, by: Origin): Promise<PersonView> {
    const origin = { ...by, scope: PLATFORM };
    return this.uow.acrossOrganizations(async (stores) => {
      await stores.exclusively('super-admins'); // the last two must not be locked concurrently
      await assertSuperAdmin(stores, origin);
      const before = await stores.users.lock(user_id);
      if (before.lockedAt !== undefined) return personView(before);
      const at = this.clock.now();
      const after = changeUser(before, { lockedAt: at }, at);
      await assertOneSuperAdminStays(stores, before, after);

      await stores.users.save(after);
      await endSessionsOf(stores, { userId: after.id, at, origin });
      const change = userChanged(origin, { event: 'UserLocked', action: 'lock', before, after });
      await recordChange(stores.outbox, origin, change);
      return personView(after);
    });
  }
}
