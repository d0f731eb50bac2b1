import type { Clock } from '#libs/kernel';
import { PLATFORM, type CommandOf, type Origin, type PersonView, type accountsRpc } from '#libs/contracts';
import { changeUser } from '../../domain/people/user.js';
import { personView } from '../people/person-view.js';
import { assertSuperAdmin } from '../people/super-admins.js';
import { userChanged } from '../people/user-change.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { recordChange } from '../record-change.js';

/** Lets a locked person sign in again; the sessions that ended stay ended. */
export class UnlockUser {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute({ user_id }: CommandOf<typeof accountsRpc.unlockUser>, by: Origin): Promise<PersonView> {
    const origin = { ...by, scope: PLATFORM };
    return this.uow.acrossOrganizations(async (stores) => {
      await assertSuperAdmin(stores, origin);
      const before = await stores.users.lock(user_id);
      if (before.lockedAt === undefined) return personView(before);
      const after = changeUser(before, { lockedAt: undefined }, this.clock.now());
      await stores.users.save(after);
      const change = userChanged(origin, { event: 'UserUnlocked', action: 'unlock', before, after });
      await recordChange(stores.outbox, origin, change);
      return personView(after);
    });
  }
}
