import type { MemberView } from '#libs/contracts';
import type { AuditEntry } from '../ports/unit-of-work.js';

/** The entry of a new member (no `before`), a change, or a removal (no `after`). The address stays out: the id says who. */
export function memberAudit({ before, after }: { before?: MemberView; after?: MemberView }): AuditEntry {
  const { user_id } = (after ?? before)!;
  const [event, action] =
    before === undefined
      ? ['MemberAdded', 'insert']
      : after === undefined
        ? ['MemberRemoved', 'delete']
        : ['MemberUpdated', 'update'];
  return {
    event,
    action,
    resourceType: 'member',
    resourceId: user_id,
    before: before && rights(before),
    after: after && rights(after),
  };
}

function rights({ user_id, role, permissions, version }: MemberView) {
  return { user_id, role, permissions, version };
}
