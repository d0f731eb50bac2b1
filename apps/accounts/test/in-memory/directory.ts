import type { EventSettingsPage, KeyRecord, Membership, OrganizationAccess, Page, PageOf } from '#libs/contracts';
import { organizationView } from '../../src/application/organizations/organization-view.js';
import { userView } from '../../src/application/people/person-view.js';
import type { Directory, ListedMember, OrganizationList } from '../../src/application/ports/directory.js';
import type { Member } from '../../src/domain/members/member.js';
import type { Organization } from '../../src/domain/organizations/organization.js';
import { canSignIn } from '../../src/domain/people/user.js';
import { liveRows } from './organization-stores.js';
import { compare, pageOfRows } from './rows.js';
import type { InMemoryTransaction } from './tables.js';

const SETTINGS_PAGE = 500;

export class InMemoryDirectory implements Directory {
  constructor(private readonly tx: InMemoryTransaction) {}

  async membership(userId: string, idOrSlug: string): Promise<Membership | undefined> {
    const user = this.tx.tables.users.get(userId);
    const organization = this.#organizations().find(({ id, slug }) => id === idOrSlug || slug === idOrSlug);
    if (user === undefined || !canSignIn(user) || organization === undefined) return undefined;
    const member = this.#members().find((one) => one.userId === userId && one.orgId === organization.id);
    if (member === undefined && !user.isSuperAdmin) return undefined;
    const { role = null, permissions = [] } = member ?? {};
    return { organization: organizationView(organization), user: userView(user), role, permissions };
  }

  async organizationsOf(
    userId: string,
    page: Page,
    route: OrganizationList = 'organizations',
  ): Promise<PageOf<Organization>> {
    const isAll = this.tx.tables.users.get(userId)?.isSuperAdmin === true;
    const own = this.#members().filter((member) => member.userId === userId);
    const organizations = this.#organizations().filter(({ id }) => isAll || own.some(({ orgId }) => orgId === id));
    const scope = { route, org: userId };
    return pageOfRows(organizations, page, scope, { listed: (row) => row, view: (row) => row });
  }

  async accessOf(userId: string, limit: number): Promise<readonly OrganizationAccess[]> {
    const own = this.#members().filter((member) => member.userId === userId);
    return this.#organizations()
      .flatMap((organization) =>
        own.filter(({ orgId }) => orgId === organization.id).map((member) => ({ organization, member })),
      )
      .toSorted((one, other) => compare(placeOf(one.organization), placeOf(other.organization)))
      .slice(0, limit)
      .map(({ organization: { id, slug, name }, member: { role, permissions } }) => ({
        id,
        slug,
        name,
        role,
        permissions,
      }));
  }

  async membersOf(orgId: string, page: Page): Promise<PageOf<ListedMember>> {
    const members = this.#members().filter((member) => member.orgId === orgId);
    const view = (member: Member): ListedMember => {
      const { email } = this.tx.tables.users.get(member.userId)!;
      return { member, user: { email } };
    };
    return pageOfRows(members, page, { route: 'members', org: orgId }, { listed: (member) => member, view });
  }

  async eventSettings(after: string | undefined): Promise<EventSettingsPage> {
    const settings = this.#organizations()
      .filter(({ id }) => after === undefined || id > after)
      .toSorted((one, other) => compare(one.id, other.id))
      .slice(0, SETTINGS_PAGE)
      .map(({ id, captureIp, eventRetentionDays, version }) => ({
        ...{ org_id: id, capture_ip: captureIp, event_retention_days: eventRetentionDays, version },
      }));
    return { settings, next_after: settings.length < SETTINGS_PAGE ? null : settings.at(-1)!.org_id };
  }

  async mayInvite(userId: string, orgId: string): Promise<boolean> {
    const user = this.tx.tables.users.get(userId);
    if (user === undefined || !canSignIn(user)) return false;
    const own = this.#members().find((member) => member.userId === userId && member.orgId === orgId);
    return user.isSuperAdmin || own?.role === 'admin';
  }

  async linkOf(tokenHash: string): Promise<{ readonly orgId: string | null } | undefined> {
    const { memberInvitations, invitations } = this.tx.tables;
    const link = [...memberInvitations.values()].find((one) => one.tokenHash === tokenHash);
    if (link !== undefined) return { orgId: link.orgId };
    return invitations.has(tokenHash) ? { orgId: null } : undefined;
  }

  async keyRecord(lookupId: string): Promise<KeyRecord | undefined> {
    const key = [...this.tx.tables.apiKeys.values()].find((candidate) => candidate.lookupId === lookupId);
    if (key === undefined) return undefined;
    return {
      id: key.id,
      lookup_id: key.lookupId,
      key_hash: key.keyHash,
      key_type: key.keyType,
      org_id: key.orgId,
      environment: key.environment,
      allowed_origins: key.allowedOrigins,
      capture_ip: this.tx.tables.organizations.get(key.orgId)!.captureIp,
      expires_at: key.expiresAt?.toISOString(),
      revoked_at: key.revokedAt?.toISOString(),
    };
  }

  #organizations(): readonly Organization[] {
    return [...this.tx.tables.organizations.values()];
  }

  #members(): readonly Member[] {
    return liveRows(this.tx.tables.members);
  }
}

function placeOf({ createdAt, id }: Organization): string {
  return `${createdAt.toISOString()} ${id}`;
}
