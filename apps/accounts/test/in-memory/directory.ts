import type { EventSettingsPage, KeyRecord, Membership, Page, PageOf } from '#libs/contracts';
import { organizationView } from '../../src/application/organizations/organization-view.js';
import { userView } from '../../src/application/people/person-view.js';
import type { Directory, ListedMember, OrganizationList } from '../../src/application/ports/directory.js';
import type { Member } from '../../src/domain/members/member.js';
import type { Organization } from '../../src/domain/organizations/organization.js';
import { liveRows } from './organization-stores.js';
import { compare, pageOfRows } from './rows.js';
import type { InMemoryTransaction } from './tables.js';

const SETTINGS_PAGE = 500;

export class InMemoryDirectory implements Directory {
  constructor(private readonly tx: InMemoryTransaction) {}

  async membership(userId: string, idOrSlug: string): Promise<Membership | undefined> {
    const user = this.tx.tables.users.get(userId);
    const organization = this.#organizations().find(({ id, slug }) => id === idOrSlug || slug === idOrSlug);
    if (user === undefined || organization === undefined) return undefined;
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

  async membersOf(orgId: string, page: Page): Promise<PageOf<ListedMember>> {
    const members = this.#members().filter((member) => member.orgId === orgId);
    const view = (member: Member): ListedMember => {
      const { email, passwordHash } = this.tx.tables.users.get(member.userId)!;
      return { member, user: { email, passwordHash } };
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

  async isAdmin(userId: string, orgId: string | undefined): Promise<boolean> {
    return this.#members().some(
      (member) =>
        member.userId === userId && member.role === 'admin' && (orgId === undefined || member.orgId === orgId),
    );
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
