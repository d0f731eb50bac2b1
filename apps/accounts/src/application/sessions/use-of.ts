import type { Origin } from '#libs/contracts';
import type { SessionUse } from '../../domain/sessions/session.js';

/** Where a request comes from, as far as it is known. */
export function useOf({ ip, user_agent: userAgent }: Origin, address = ip): Omit<SessionUse, 'at'> {
  return { address, userAgent };
}
