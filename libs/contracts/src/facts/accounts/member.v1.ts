import { z } from 'zod';
import { defineFact } from '../define-fact.js';

const member = z.object({ user_id: z.string(), role: z.string(), permissions: z.array(z.string()) });

export const MemberAddedV1 = defineFact('member.added', 1, 'A user became a member of an organization.', member);

export const MemberUpdatedV1 = defineFact(
  'member.updated',
  1,
  'The role or the permissions of a member changed.',
  member,
);

export const MemberRemovedV1 = defineFact('member.removed', 1, 'A member was removed from an organization.', member);
