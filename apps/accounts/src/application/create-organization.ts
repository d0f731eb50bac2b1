import { AppError, type Clock, type Ids } from '#libs/kernel';
import {
  OrganizationCreatedV1,
  type CommandOf,
  type Origin,
  type OrganizationView,
  type accountsRpc,
} from '#libs/contracts';
import { firstEnvironments, newEnvironment, type Environment } from '../domain/environment.js';
import { foundingMember, type Member } from '../domain/member.js';
import { foundOrganization, type Organization } from '../domain/organization.js';
import { environmentCreated, memberAdded, organizationData } from './announcements.js';
import type { AccountsPolicy, OrganizationStores, UnitOfWork } from './ports.js';
import { viewOfEnvironment, viewOfOrganization } from './views.js';

interface Founding {
  readonly organization: Organization;
  readonly environments: readonly Environment[];
  readonly member: Member;
}

/** An organization with `dev`, `prod` and its first admin: all of it or nothing. */
export class CreateOrganization {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly policy: AccountsPolicy,
  ) {}

  async execute(command: CommandOf<typeof accountsRpc.createOrganization>, origin: Origin): Promise<OrganizationView> {
    const founding = this.#found(command, origin.actor.id);
    await this.#authorize(origin);
    const { organization } = founding;
    await this.uow.inOrganization(organization.id, (stores) =>
      establish(stores, founding, { ...origin, scope: organization.id }),
    );
    return viewOfOrganization(organization);
  }

  #found(command: { name: string; slug?: string }, userId: string): Founding {
    const at = this.clock.now();
    const organization = foundOrganization(command, this.ids.next(), at);
    const orgId = organization.id;
    const environments = firstEnvironments.map((wish, index) =>
      newEnvironment(wish, { id: this.ids.next(), orgId, position: index + 1 }, at),
    );
    return { organization, environments, member: foundingMember({ id: this.ids.next(), orgId, userId }, at) };
  }

  async #authorize({ actor }: Origin): Promise<void> {
    const user = await this.uow.acrossOrganizations(async ({ users }) =>
      actor.type === 'user' ? users.find(actor.id) : undefined,
    );
    if (user !== undefined && (user.isSuperAdmin || this.policy.openOrganizations)) return;
    throw new AppError('forbidden', 'Only super admins create organizations');
  }
}

async function establish(stores: OrganizationStores, founding: Founding, origin: Origin): Promise<void> {
  const { organizations, environments, members, outbox } = stores;
  const { organization, member } = founding;

  await organizations.add(organization);
  await outbox.add(OrganizationCreatedV1.of(origin, organizationData(organization)));
  for (const environment of founding.environments) {
    await environments.add(environment);
    await outbox.add(environmentCreated(origin, environment));
  }
  await members.add(member);
  await outbox.add(memberAdded(origin, member));
  await outbox.audit(origin, {
    event: 'OrganizationCreated',
    action: 'insert',
    resourceType: 'organization',
    resourceId: organization.id,
    resourceKey: organization.slug,
    after: composed(founding),
  });
}

/** One entry for the whole: the organization with what it began with. */
function composed({ organization, environments, member }: Founding) {
  return {
    ...viewOfOrganization(organization),
    environments: environments.map(viewOfEnvironment),
    members: [{ user_id: member.userId, role: member.role, permissions: member.permissions }],
  };
}
