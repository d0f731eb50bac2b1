import { z } from 'zod';
import { defineFact } from '../define-fact.js';

export const SessionEndedV1 = defineFact(
  'session.ended',
  1,
  'Sessions of a user ended: a sign-out, a new password, a stolen refresh token, or the end of the user. Every gateway refuses their access tokens within a second of this fact.',
  z.object({
    user_id: z.string(),
    session_ids: z.array(z.string()).describe('The `sid` of their access tokens; at most 500'),
  }),
);
