import type { CommandOf, Origin, PageOf, PersonView, accountsRpc } from '#libs/contracts';
import { mapPage } from '../map-page.js';
import { assertSuperAdmin } from './super-admins.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { personView } from './person-view.js';

export class ListUsers {
  constructor(private readonly uow: UnitOfWork) {}

  async execute(command: CommandOf<typeof accountsRpc.listUsers>, origin: Origin): Promise<PageOf<PersonView>> {
    const found = await this.uow.acrossOrganizations(async (stores) => {
      await assertSuperAdmin(stores, origin);
      return stores.users.list(command);
    });
    return mapPage(found, personView);
  }
}
