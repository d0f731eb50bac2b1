import type { MemberView, PersonView } from '#libs/contracts';
import { at, organization, stamps, user } from './examples.js';

export { user };
export const person: PersonView = { ...user, pending: false, version: 1, ...stamps };
export const invited = {
  ...person,
  pending: true,
  invite_url: 'https://loom.example.com/invite?token=3q2-7w',
  invite_expires_at: at,
};
export const member: MemberView = {
  user_id: user.id,
  email: user.email,
  role: 'member',
  permissions: ['killswitch:activate'],
  pending: false,
  version: 1,
  ...stamps,
};
export const setup = { user: { ...user, is_super_admin: true }, organization };
export const signingKey = { kid: 'b1946ac9…', signs_from: at };
