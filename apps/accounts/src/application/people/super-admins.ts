import { AppError } from '#libs/kernel';
import type { Origin } from '#libs/contracts';
import type { User } from '../../domain/people/user.js';
import type { PlatformStores } from '../ports/unit-of-work.js';

/** The user that sent the request; `undefined` for API keys and services. */
export async function callingUser({ users }: PlatformStores, { actor }: Origin): Promise<User | undefined> {
  return actor.type === 'user' ? users.find(actor.id) : undefined;
}

/** The user that sent the request. @throws AppError `forbidden` unless it is a super admin */
export async function assertSuperAdmin(stores: PlatformStores, origin: Origin): Promise<User> {
  const user = await callingUser(stores, origin);
  if (user?.isSuperAdmin === true) return user;
  throw new AppError('forbidden', 'Only super admins may do this');
}
