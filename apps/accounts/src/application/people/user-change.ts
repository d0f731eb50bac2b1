import { UserUpdatedV1, type AuditDraft, type FactDraft, type FactOf, type Origin } from '#libs/contracts';
import { canSignIn, type User } from '../../domain/people/user.js';
import type { Change } from '../record-change.js';
import { personView } from './person-view.js';

type UserData = FactOf<typeof UserUpdatedV1>['data'];

/** The person in facts, without the address. */
export function userData(user: User): UserData {
  return { user_id: user.id, is_super_admin: user.isSuperAdmin, can_sign_in: canSignIn(user) };
}

interface UserChangeOf {
  readonly event: string;
  readonly action: string;
  readonly before: User;
  readonly after: User;
}

/** A change of a person by a super admin: its fact makes every gateway forget what it knows about the person. */
export function userChanged(origin: Origin, { event, action, before, after }: UserChangeOf): Change<UserData> {
  const fact: FactDraft<UserData> = UserUpdatedV1.of(origin, userData(after));
  const audit: AuditDraft = {
    event,
    action,
    resourceType: 'user',
    resourceId: after.id,
    before: personView(before),
    after: personView(after),
  };
  return { fact, audit };
}
