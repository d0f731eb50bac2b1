import type { CommandOf, OrganizationView, PageOf, accountsRpc } from '#libs/contracts';
import { mapPage } from '../map-page.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { organizationView } from './organization-view.js';

/** The organizations that a person is a member of; all organizations for a super admin. */
export class ListOrganizations {
  constructor(private readonly uow: UnitOfWork) {}

  async execute(command: CommandOf<typeof accountsRpc.listOrganizations>): Promise<PageOf<OrganizationView>> {
    const page = await this.uow.acrossOrganizations(({ directory }) =>
      directory.organizationsOf(command.user_id, command.page),
    );
    return mapPage(page, organizationView);
  }
}
