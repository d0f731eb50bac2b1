import type { PersonView, UserView } from '#libs/contracts';
import { isPending, type User } from '../../domain/people/user.js';

export function userView(user: User): UserView {
  return { id: user.id, email: user.email, is_super_admin: user.isSuperAdmin };
}

export function personView(user: User): PersonView {
  const times = { created_at: user.createdAt.toISOString(), updated_at: user.updatedAt.toISOString() };
  return {
    ...userView(user),
    pending: isPending(user),
    locked: user.lockedAt !== undefined,
    version: user.version,
    ...times,
  };
}
