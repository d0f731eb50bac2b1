import type { Ids } from '#libs/kernel';
import { EnvironmentCreatedV1, MemberAddedV1, OrganizationCreatedV1, type Origin } from '#libs/contracts';
import { firstEnvironments, newEnvironment, type Environment } from '../../domain/environments/environment.js';
import { foundingMember, type Member } from '../../domain/members/member.js';
import { foundOrganization, type Organization } from '../../domain/organizations/organization.js';
import { environmentFact, memberData, organizationData } from './organization-change.js';
import type { OrganizationStores } from '../ports/unit-of-work.js';
import { viewOfEnvironment, viewOfOrganization } from '../people/views.js';

/** An organization with all that it begins with. */
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
export function foundingOf({ userId, ...wish }: Founder, ids: Ids, at: Date): Founding {
  const organization = foundOrganization(wish, ids.next(), at);
  const orgId = organization.id;
  const environments = firstEnvironments.map((first, index) =>
    newEnvironment(first, { id: ids.next(), orgId, position: index + 1 }, at),
  );
  return { organization, environments, member: foundingMember({ id: ids.next(), orgId, userId }, at) };
}

/** Four facts and one audit entry, in the scope of the organization. */
export async function establish(stores: OrganizationStores, founding: Founding, by: Origin): Promise<void> {
  const { organizations, environments, members, outbox } = stores;
  const { organization, member } = founding;
  const origin = { ...by, scope: organization.id };

  await organizations.add(organization);
  await outbox.add(OrganizationCreatedV1.of(origin, organizationData(organization)));
  for (const environment of founding.environments) {
    await environments.add(environment);
    await outbox.add(environmentFact(EnvironmentCreatedV1, origin, environment));
  }
  await members.add(member);
  await outbox.add(MemberAddedV1.of(origin, memberData(member)));
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
