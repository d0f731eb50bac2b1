import {
  MemberAddedV1,
  MemberRemovedV1,
  MemberUpdatedV1,
  type AuditDraft,
  type FactOf,
  type Origin,
} from '#libs/contracts';
import type { Member } from '../../domain/members/member.js';
import { auditOfChange, type Change } from '../record-change.js';

type MemberData = FactOf<typeof MemberAddedV1>['data'];

const events = { insert: 'MemberAdded', update: 'MemberUpdated', delete: 'MemberRemoved' } as const;

export function memberAdded(origin: Origin, after: Member): Change<MemberData> {
  return { fact: MemberAddedV1.of(origin, memberData(after)), audit: memberAudit({ after }) };
}

export function memberUpdated(origin: Origin, before: Member, after: Member): Change<MemberData> {
  return { fact: MemberUpdatedV1.of(origin, memberData(after)), audit: memberAudit({ before, after }) };
}

export function memberRemoved(origin: Origin, before: Member): Change<MemberData> {
  return { fact: MemberRemovedV1.of(origin, memberData(before)), audit: memberAudit({ before }) };
}

/** The member in facts; of a removed member, the last rights. */
function memberData({ userId, role, permissions }: Member): MemberData {
  return { user_id: userId, role, permissions: [...permissions] };
}

/** Without the address: the id identifies the person. */
function memberAudit({ before, after }: { before?: Member; after?: Member }): AuditDraft {
  const { userId } = (after ?? before)!;
  return auditOfChange(
    { events, resourceType: 'member', resourceId: userId },
    { before: before && rights(before), after: after && rights(after) },
  );
}

function rights({ userId, role, permissions, version }: Member) {
  return { user_id: userId, role, permissions, version };
}
