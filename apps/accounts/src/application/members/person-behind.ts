import { AppError } from '#libs/kernel';
import type { User } from '../../domain/people/user.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** The person behind a member; whether it is a member at all is seen behind the wall. @throws AppError `not_found` */
export async function personBehind(uow: UnitOfWork, userId: string): Promise<User> {
  const user = await uow.acrossOrganizations(({ users }) => users.find(userId));
  if (user === undefined) throw new AppError('not_found', 'There is no such member');
  return user;
}
