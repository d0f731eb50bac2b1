import { AppError } from '#libs/kernel';
import type { Origin } from '#libs/contracts';
import { canSignIn, type User } from '../../domain/people/user.js';
import type { PlatformStores } from '../ports/unit-of-work.js';

/** The user that sent the request; `undefined` for API keys and services. */
export async function callingUser({ users }: PlatformStores, { actor }: Origin): Promise<User | undefined> {
  return actor.type === 'user' ? users.find(actor.id) : undefined;
}

/** The user that sent the request. @throws AppError `forbidden` unless it is a super admin */
export async function assertSuperAdmin(stores: PlatformStores, origin: Origin): Promise<User> {
  const user = await callingUser(stores, origin);
  if (user?.isSuperAdmin === true && canSignIn(user)) return user;
  throw new AppError('forbidden', 'Only super admins may do this');
}

/** Call it under the lock `super-admins`. @throws AppError `conflict`: without a super admin, no user could appoint another one */
export async function assertOneSuperAdminStays({ users }: PlatformStores, before: User, after?: User): Promise<void> {
  const counts = (user: User | undefined) => user !== undefined && user.isSuperAdmin && canSignIn(user);
  if (!counts(before) || counts(after) || (await users.otherSuperAdmins(before.id)) > 0) return;
  throw new AppError('conflict', 'This is the last super admin: appoint another super admin first');
}
