import type { MemberView } from '#libs/contracts';
import type { Member } from '../../domain/members/member.js';
import type { User } from '../../domain/people/user.js';

export function memberView(member: Member, { email }: Pick<User, 'email'>): MemberView {
  const { userId, role, permissions, invitedAs = null, version, createdAt, updatedAt } = member;
  const times = { created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
  return { user_id: userId, email, role, permissions, invited_as: invitedAs, version, ...times };
}
