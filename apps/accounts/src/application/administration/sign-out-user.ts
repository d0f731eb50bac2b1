import type { Clock } from '#libs/kernel';
import { PLATFORM, type AnswerOf, type CommandOf, type Origin, type accountsRpc } from '#libs/contracts';
import { assertSuperAdmin } from '../people/super-admins.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { endSessionsOf } from '../sessions/end-sessions.js';

/** Ends every session of a person; new sign-ins work. */
export class SignOutUser {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute(
    { user_id }: CommandOf<typeof accountsRpc.signOutUser>,
    by: Origin,
  ): Promise<AnswerOf<typeof accountsRpc.signOutUser>> {
    const origin = { ...by, scope: PLATFORM };
    return this.uow.acrossOrganizations(async (stores) => {
      await assertSuperAdmin(stores, origin);
      const user = await stores.users.lock(user_id);
      const ended = await endSessionsOf(stores, { userId: user.id, at: this.clock.now(), origin });
      await stores.outbox.audit(origin, {
        event: 'UserSignedOut',
        action: 'sign_out',
        resourceType: 'user',
        resourceId: user.id,
        metadata: { ended_sessions: ended },
      });
      return { ended_sessions: ended };
    });
  }
}
