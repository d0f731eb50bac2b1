import { AppError } from '#libs/kernel';
import type { CommandOf, UserView, accountsRpc } from '#libs/contracts';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { canSignIn } from '../../domain/people/user.js';
import { userView } from './person-view.js';

/** For the person of an access token: pending and locked people are not found. */
export class GetUser {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ user_id }: CommandOf<typeof accountsRpc.getUser>): Promise<UserView> {
    const user = await this.uow.acrossOrganizations(({ users }) => users.find(user_id));
    if (user === undefined || !canSignIn(user)) throw new AppError('not_found', 'There is no such user');
    return userView(user);
  }
}
