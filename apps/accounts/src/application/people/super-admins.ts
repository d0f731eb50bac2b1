import { AppError } from '#libs/kernel';
import type { Origin } from '#libs/contracts';
import type { User } from '../../domain/people/user.js';
import type { PlatformStores } from '../ports/unit-of-work.js';

/** The person who asks, if it is one; keys and services are nobody. */
export async function askingPerson({ users }: PlatformStores, { actor }: Origin): Promise<User | undefined> {
  return actor.type === 'user' ? users.find(actor.id) : undefined;
}

/** @throws AppError `forbidden` */
export async function assertSuperAdmin(stores: PlatformStores, origin: Origin): Promise<User> {
  const user = await askingPerson(stores, origin);
  if (user?.isSuperAdmin === true) return user;
  throw new AppError('forbidden', 'Only super admins may do this');
}
