import { z } from 'zod';
import { defineFact } from '../define-fact.js';

const user = z.object({
  user_id: z.string(),
  is_super_admin: z.boolean(),
  can_sign_in: z.boolean().describe('False for people that are locked or have not accepted their invitation'),
});

export const UserUpdatedV1 = defineFact(
  'user.updated',
  1,
  'The rights of a person on the platform changed, or whether the person can sign in.',
  user,
);

export const UserDeletedV1 = defineFact(
  'user.deleted',
  1,
  'A person was deleted. Facts `member.removed` of its organizations come with it.',
  z.object({ user_id: z.string() }),
);
