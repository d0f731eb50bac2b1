import { PLATFORM, SessionEndedV1, type Origin } from '#libs/contracts';
import type { Session } from '../../domain/sessions/session.js';
import type { PlatformStores } from '../ports/unit-of-work.js';

/** Keeps a fact far below the largest message of the bus. */
const IDS_PER_FACT = 500;

type Stores = Pick<PlatformStores, 'sessions' | 'outbox'>;

interface End {
  readonly userId: string;
  readonly at: Date;
  readonly origin: Origin;
  /** The session that goes on. Default: none. */
  readonly keptId?: string;
}

/**
 * Ends the sessions of a person, as a part of the transaction of the caller: they cannot be renewed, and gateways refuse their access
 * tokens within a second of the commit. Returns how many ended; the audit entry is the caller's. The rows must stay for as long as an
 * access token lives, since gateways that missed the fact read them.
 */
export async function endSessionsOf(stores: Stores, { userId, keptId, at, origin }: End): Promise<number> {
  const ids = await stores.sessions.endOthers(userId, keptId, at);
  await announce(stores, userId, ids, origin);
  return ids.length;
}

/** Ends one session, in the same way. */
export async function endSession(stores: Stores, session: Session, { at, origin }: Omit<End, 'userId' | 'keptId'>) {
  await stores.sessions.end(session, at);
  await announce(stores, session.userId, [session.id], origin);
}

async function announce({ outbox }: Stores, userId: string, ids: readonly string[], origin: Origin): Promise<void> {
  const platformOrigin = { ...origin, scope: PLATFORM };
  for (let from = 0; from < ids.length; from += IDS_PER_FACT) {
    const session_ids = ids.slice(from, from + IDS_PER_FACT);
    await outbox.add(SessionEndedV1.of(platformOrigin, { user_id: userId, session_ids }));
  }
}
