import type { CommandOf, Origin, OrganizationView, PageOf, accountsRpc } from '#libs/contracts';
import { mapPage } from './pages.js';
import type { UnitOfWork } from './ports.js';
import { assertSuperAdmin } from './super-admins.js';
import { viewOfOrganization } from './views.js';

export class ListAllOrganizations {
  constructor(private readonly uow: UnitOfWork) {}

  async execute(
    { page }: CommandOf<typeof accountsRpc.listAllOrganizations>,
    origin: Origin,
  ): Promise<PageOf<OrganizationView>> {
    const found = await this.uow.acrossOrganizations(async (stores) => {
      const { id } = await assertSuperAdmin(stores, origin);
      return stores.directory.organizationsOf(id, page);
    });
    return mapPage(found, viewOfOrganization);
  }
}
