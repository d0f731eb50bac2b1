import type { Clock } from '#libs/kernel';
import type { CommandOf, Origin, accountsRpc } from '#libs/contracts';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { endSession } from './end-sessions.js';
import { tokenHash } from '../token-hash.js';
import { userOrigin } from '../people/user-origin.js';

/** Ends the session of a refresh token. An unknown token counts as signed out. */
export class SignOut {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute({ refresh_token }: CommandOf<typeof accountsRpc.signOut>, origin: Origin): Promise<Record<string, never>> {
    return this.uow.acrossOrganizations(async (stores) => {
      const { sessions, users, outbox } = stores;
      const presented = await sessions.present(tokenHash(refresh_token));
      if (presented === undefined || presented.session.endedAt !== undefined) return {};
      const { session } = presented;
      const user = await users.find(session.userId);

      await endSession(stores, session, { at: this.clock.now(), origin });
      await outbox.audit(userOrigin({ id: session.userId, email: user?.email }, origin), {
        event: 'UserSignedOut',
        action: 'sign_out',
        resourceType: 'user',
        resourceId: session.userId,
        metadata: { session_id: session.id },
      });
      return {};
    });
  }
}
