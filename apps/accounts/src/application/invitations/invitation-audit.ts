import type { AuditDraft } from '#libs/contracts';
import type { MemberInvitation } from '../../domain/invitations/member-invitation.js';
import { auditOfChange } from '../record-change.js';

const events = { insert: 'MemberInvited', update: 'MemberInvited', delete: 'InvitationWithdrawn' } as const;

interface Change {
  readonly before?: MemberInvitation;
  readonly after?: MemberInvitation;
}

/** Without the address: audit entries cannot be deleted. */
export function invitationAudit({ before, after }: Change): AuditDraft {
  const { id } = (after ?? before)!;
  return auditOfChange(
    { events, resourceType: 'invitation', resourceId: id },
    { before: before && rights(before), after: after && rights(after) },
  );
}

function rights({ id, role, permissions, expiresAt }: MemberInvitation) {
  return { id, role, permissions, expires_at: expiresAt.toISOString() };
}
