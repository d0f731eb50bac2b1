import type { CommandOf, EnvironmentView, Origin, accountsRpc } from '#libs/contracts';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { environmentView } from './environment-view.js';

export class GetEnvironment {
  constructor(private readonly uow: UnitOfWork) {}

  async execute(
    { environment }: CommandOf<typeof accountsRpc.getEnvironment>,
    origin: Origin,
  ): Promise<EnvironmentView> {
    return environmentView(
      await this.uow.readOrganization(origin.scope, ({ environments }) => environments.get(environment)),
    );
  }
}
