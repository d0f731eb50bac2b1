import type { CommandOf, Origin, OrganizationView, PageOf, accountsRpc } from '#libs/contracts';
import { mapPage } from '../map-page.js';
import { assertSuperAdmin } from '../people/super-admins.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { organizationView } from './organization-view.js';

export class ListAllOrganizations {
  constructor(private readonly uow: UnitOfWork) {}

  async execute(
    { page }: CommandOf<typeof accountsRpc.listAllOrganizations>,
    origin: Origin,
  ): Promise<PageOf<OrganizationView>> {
    const found = await this.uow.acrossOrganizations(async (stores) => {
      const { id } = await assertSuperAdmin(stores, origin);
      return stores.directory.organizationsOf(id, page, 'all organizations');
    });
    return mapPage(found, organizationView);
  }
}
