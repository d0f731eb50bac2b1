import type { AcceptedView, InvitationView, MemberView, PersonView, SessionView } from '#libs/contracts';
import { at, organization, stamps, user } from './examples.js';

export const person: PersonView = { ...user, pending: false, locked: false, version: 1, ...stamps };
export const invited = {
  ...person,
  pending: true,
  invite_url: 'https://loom.example.com/invite#token=3q2-7w',
  invite_expires_at: at,
};
export const member: MemberView = {
  user_id: user.id,
  email: user.email,
  role: 'member',
  permissions: ['killswitch:activate'],
  invited_as: user.email,
  version: 1,
  ...stamps,
};
export const invitation: InvitationView = {
  id: '01997d1c-5b3c-7000-8000-00000000000a',
  status: 'invited',
  email: 'eve@example.com',
  role: 'member',
  permissions: ['killswitch:activate'],
  invited_by: user.id,
  created_at: at,
  expires_at: at,
};
export const sentInvitation = { ...invitation, invite_url: 'https://loom.example.com/invite#token=3q2-7w' };
const access = {
  id: organization.id,
  slug: organization.slug,
  name: organization.name,
  role: member.role,
  permissions: member.permissions,
};
export const accepted: AcceptedView = { ...user, organization: access };
export const me = { ...user, organizations: [access], has_more_organizations: false };
export const resetLink = { reset_url: 'https://loom.example.com/reset#token=3q2-7w', expires_at: at };
export const setup = { user: { ...user, is_super_admin: true }, organization };
export const signingKey = { kid: 'b1946ac9…', signs_from: at };
export const session: SessionView = {
  id: '01900000-0000-7000-8000-0000000000f1',
  current: true,
  client_type: 'web',
  created_at: at,
  last_used_at: at,
  expires_at: at,
  address: '203.0.113.7',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
};
