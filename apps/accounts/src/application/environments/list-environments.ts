import type { CommandOf, EnvironmentView, Origin, PageOf, accountsRpc } from '#libs/contracts';
import { mapPage } from '../map-page.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { environmentView } from './environment-view.js';

export class ListEnvironments {
  constructor(private readonly uow: UnitOfWork) {}

  async execute(
    { page }: CommandOf<typeof accountsRpc.listEnvironments>,
    origin: Origin,
  ): Promise<PageOf<EnvironmentView>> {
    const found = await this.uow.readOrganization(origin.scope, ({ environments }) => environments.list(page));
    return mapPage(found, environmentView);
  }
}
