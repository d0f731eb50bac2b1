import type { AnswerOf, accountsRpc } from '#libs/contracts';
import type { UnitOfWork } from '../ports/unit-of-work.js';

export class GetSetup {
  constructor(private readonly uow: UnitOfWork) {}

  async execute(): Promise<AnswerOf<typeof accountsRpc.getSetup>> {
    return { required: !(await this.uow.acrossOrganizations(({ users }) => users.any())) };
  }
}
