import { AppError } from '#libs/kernel';
import type { User } from '../../domain/people/user.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/**
 * The user with this id. Whether it is a member is checked later, in the organization.
 * @throws AppError `not_found`; `conflict` for the id of an invitation: rights belong to people that accepted
 */
export async function userOfMember(uow: UnitOfWork, userId: string, orgId: string): Promise<User> {
  const user = await uow.acrossOrganizations(({ users }) => users.find(userId));
  if (user !== undefined) return user;
  const invited = await uow.readOrganization(orgId, ({ memberInvitations }) => memberInvitations.find(userId));
  if (invited === undefined) throw new AppError('not_found', 'There is no such member');
  throw new AppError('conflict', 'This person has not accepted the invitation yet: withdraw it, or invite again');
}
