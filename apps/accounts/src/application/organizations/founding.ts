import type { Ids } from '#libs/kernel';
import { OrganizationCreatedV1, type Origin } from '#libs/contracts';
import { firstEnvironments, newEnvironment, type Environment } from '../../domain/environments/environment.js';
import { foundingMember, type Member } from '../../domain/members/member.js';
import { foundOrganization, type Organization } from '../../domain/organizations/organization.js';
import { environmentCreated } from '../environments/environment-change.js';
import { environmentView } from '../environments/environment-view.js';
import { memberAdded } from '../members/member-change.js';
import { organizationAudit, organizationData } from './organization-change.js';
import { organizationView } from './organization-view.js';
import type { OrganizationStores } from '../ports/unit-of-work.js';

/** An organization with its first environments and its first admin. */
export interface Founding {
  readonly organization: Organization;
  readonly environments: readonly Environment[];
  readonly member: Member;
}
export interface Founder {
  readonly name: string;
  readonly slug?: string;
  readonly userId: string;
}

/** @throws AppError `invalid_name`, `invalid_slug` */
export function foundingOf({ userId, ...given }: Founder, ids: Ids, at: Date): Founding {
  const organization = foundOrganization(given, ids.next(), at);
  const orgId = organization.id;
  const environments = firstEnvironments.map((first, index) =>
    newEnvironment(first, { id: ids.next(), orgId, position: index + 1 }, at),
  );
  return { organization, environments, member: foundingMember({ id: ids.next(), orgId, userId }, at) };
}

/** Stores it, with four facts and one audit entry in the scope of the organization. */
export async function establish(stores: OrganizationStores, founding: Founding, by: Origin): Promise<void> {
  const { organizations, environments, members, outbox } = stores;
  const { organization, member } = founding;
  const origin = { ...by, scope: organization.id };

  await organizations.add(organization);
  await outbox.add(OrganizationCreatedV1.of(origin, organizationData(organization)));
  for (const environment of founding.environments) {
    await environments.add(environment);
    await outbox.add(environmentCreated(origin, environment).fact);
  }
  await members.add(member);
  await outbox.add(memberAdded(origin, member).fact);
  await outbox.audit(origin, organizationAudit(organization, { after: wholeView(founding) }));
}

function wholeView({ organization, environments, member }: Founding) {
  return {
    ...organizationView(organization),
    environments: environments.map(environmentView),
    members: [{ user_id: member.userId, role: member.role, permissions: member.permissions }],
  };
}
