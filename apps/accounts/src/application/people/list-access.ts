import type { AnswerOf, CommandOf, accountsRpc } from '#libs/contracts';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** The rights of a person in each of their organizations. */
export class ListAccess {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({
    user_id,
    limit,
  }: CommandOf<typeof accountsRpc.listAccess>): Promise<AnswerOf<typeof accountsRpc.listAccess>> {
    const organizations = await this.uow.acrossOrganizations(({ directory }) => directory.accessOf(user_id, limit));
    return { organizations };
  }
}
