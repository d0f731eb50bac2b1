import type { SessionView } from '#libs/contracts';
import type { LiveSession } from '../../domain/sessions/session.js';

/** @param currentId the session of the request */
export function sessionView(session: LiveSession, currentId: string | undefined): SessionView {
  const { id, clientType, createdAt, expiresAt, lastUse } = session;
  return {
    id,
    current: id === currentId,
    client_type: clientType,
    created_at: createdAt.toISOString(),
    last_used_at: (lastUse?.at ?? createdAt).toISOString(),
    expires_at: expiresAt.toISOString(),
    address: lastUse?.address ?? null,
    user_agent: lastUse?.userAgent ?? null,
  };
}
