import { AppError, type Clock, type Ids } from '#libs/kernel';
import type { CommandOf, Origin, OrganizationView, accountsRpc } from '#libs/contracts';
import { establish, foundingOf } from './founding.js';
import type { AccountsPolicy } from '../ports/policy.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { organizationView } from './organization-view.js';

/** Stores an organization with `dev`, `prod` and its first admin in one transaction. */
export class CreateOrganization {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly policy: AccountsPolicy,
  ) {}

  async execute(command: CommandOf<typeof accountsRpc.createOrganization>, origin: Origin): Promise<OrganizationView> {
    const founding = foundingOf({ ...command, userId: origin.actor.id }, this.ids, this.clock.now());
    await this.#authorize(origin);
    const { organization } = founding;
    await this.uow.inOrganization(organization.id, (stores) => establish(stores, founding, origin));
    return organizationView(organization);
  }

  async #authorize({ actor }: Origin): Promise<void> {
    const user = await this.uow.acrossOrganizations(async ({ users }) =>
      actor.type === 'user' ? users.find(actor.id) : undefined,
    );
    if (user !== undefined && (user.isSuperAdmin || this.policy.openOrganizations)) return;
    throw new AppError('forbidden', 'Only super admins create organizations');
  }
}
