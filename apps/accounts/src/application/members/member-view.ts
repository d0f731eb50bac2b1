import type { MemberView } from '#libs/contracts';
import type { Member } from '../../domain/members/member.js';
import type { User } from '../../domain/people/user.js';

export function memberView(member: Member, { email, passwordHash }: Pick<User, 'email' | 'passwordHash'>): MemberView {
  const { userId, role, permissions, version, createdAt, updatedAt } = member;
  const times = { created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
  return { user_id: userId, email, role, permissions, pending: passwordHash === undefined, version, ...times };
}
