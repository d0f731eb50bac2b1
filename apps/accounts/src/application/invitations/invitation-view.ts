import type { InvitationView } from '#libs/contracts';
import type { MemberInvitation } from '../../domain/invitations/member-invitation.js';

export function invitationView(invitation: MemberInvitation): InvitationView {
  const { id, email, role, permissions, invitedBy, createdAt, expiresAt } = invitation;
  const times = { created_at: createdAt.toISOString(), expires_at: expiresAt.toISOString() };
  return { id, status: 'invited', email, role, permissions, invited_by: invitedBy, ...times };
}
