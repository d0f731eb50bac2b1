import { AppError, type Clock } from '#libs/kernel';
import {
  PLATFORM,
  type AnswerOf,
  type AuditDraft,
  type CommandOf,
  type Origin,
  type accountsRpc,
} from '#libs/contracts';
import { callingPerson } from './calling-person.js';
import { endSession, endSessionsOf } from './end-sessions.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** Ends one session of the calling person, which may be the session of the request. */
export class EndSession {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute({ target_id }: CommandOf<typeof accountsRpc.endSession>, origin: Origin): Promise<Record<string, never>> {
    const userId = callingPerson(origin);
    return this.uow.acrossOrganizations(async (stores) => {
      const session = await stores.sessions.lockOwn(userId, target_id);
      if (session === undefined) throw new AppError('not_found', 'You have no such session');
      await endSession(stores, session, { at: this.clock.now(), origin });
      await stores.outbox.audit({ ...origin, scope: PLATFORM }, sessionEnded(session.id));
      return {};
    });
  }
}

/** Ends all sessions of the calling person except the session of the request. */
export class EndOtherSessions {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute(
    { session_id: keptId }: CommandOf<typeof accountsRpc.endOtherSessions>,
    origin: Origin,
  ): Promise<AnswerOf<typeof accountsRpc.endOtherSessions>> {
    const userId = callingPerson(origin);
    return this.uow.acrossOrganizations(async (stores) => {
      const ended = await endSessionsOf(stores, { userId, keptId, at: this.clock.now(), origin });
      if (ended > 0)
        await stores.outbox.audit({ ...origin, scope: PLATFORM }, { ...sessionEnded('others'), metadata: { ended } });
      return { ended_sessions: ended };
    });
  }
}

function sessionEnded(resourceId: string): AuditDraft {
  return { event: 'SessionEnded', action: 'delete', resourceType: 'session', resourceId };
}
