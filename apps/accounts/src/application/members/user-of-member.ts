import { AppError } from '#libs/kernel';
import type { User } from '../../domain/people/user.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** The user with this id. Whether it is a member is checked later, in the organization. @throws AppError `not_found` */
export async function userOfMember(uow: UnitOfWork, userId: string): Promise<User> {
  const user = await uow.acrossOrganizations(({ users }) => users.find(userId));
  if (user === undefined) throw new AppError('not_found', 'There is no such member');
  return user;
}
