import { AppError } from '#libs/kernel';
import type { CommandOf, Membership, accountsRpc } from '#libs/contracts';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** How a person stands to an organization. To strangers an organization does not exist. */
export class GetMembership {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ user_id, org }: CommandOf<typeof accountsRpc.getMembership>): Promise<Membership> {
    const membership = await this.uow.acrossOrganizations(({ directory }) => directory.membership(user_id, org));
    if (membership === undefined) throw new AppError('not_found', 'There is no such organization');
    return membership;
  }
}
