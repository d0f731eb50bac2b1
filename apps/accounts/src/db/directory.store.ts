import {
  idOf,
  SLUG,
  UUID,
  type EventSettingsPage,
  type KeyRecord,
  type KeyType,
  type Membership,
  type OrganizationAccess,
  type Page,
  type PageOf,
  type Role,
  type SpecialPermission,
} from '#libs/contracts';
import { pageOf, pageWindow, type PageWindow, type Transaction } from '#libs/postgres';
import type { Member } from '../domain/members/member.js';
import type { Organization } from '../domain/organizations/organization.js';
import { positionOf } from './page-of-query.js';
import type { Directory, ListedMember, OrganizationList } from '../application/ports/directory.js';

const SETTINGS_PAGE = 500;
const EVENT_SETTINGS = `select id as org_id, capture_ip, event_retention_days, version from organization
  where $1::uuid is null or id > $1 order by id limit ${SETTINGS_PAGE}`;
const MEMBERSHIP = `
  select o.id, o.slug, o.name, o.capture_ip, o.event_retention_days, o.version, o.created_at, o.updated_at, u.email, u.is_super_admin, m.role, m.permissions
  from organization o
    join app_user u on u.id = $1
    left join member m on m.org_id = o.id and m.user_id = u.id and m.deleted_at is null
  where u.can_sign_in and (m.id is not null or u.is_super_admin) and `;

/** Two queries, of which one never runs: all organizations for a super admin, else those of the person's memberships. */
const ORGANIZATIONS = `
  with caller as (select id, is_super_admin from app_user where id = $1)
  select id, slug, name, capture_ip as "captureIp", event_retention_days as "eventRetentionDays", version,
    created_at as "createdAt", updated_at as "updatedAt" from (
    select o.* from organization o where (select is_super_admin from caller)
    union all
    select o.* from member m join organization o on o.id = m.org_id
    where m.user_id = $1 and m.deleted_at is null and not (select is_super_admin from caller)
  ) o`;

const MEMBERS = `
  select m.id, m.org_id as "orgId", m.user_id as "userId", m.role, m.permissions, m.version, m.created_at as "createdAt",
    m.updated_at as "updatedAt", m.invited_as as "invitedAs", u.email
  from member m join app_user u on u.id = m.user_id
  where m.org_id = $1 and m.deleted_at is null`;

const MAY_INVITE = `select 1 from app_user u
  where u.id = $1 and u.can_sign_in and (u.is_super_admin or exists (
    select 1 from member m where m.user_id = u.id and m.org_id = $2 and m.role = 'admin' and m.deleted_at is null))`;
const LINK = `select org_id as "orgId" from member_invitation where token_hash = $1
  union all select null from invitation where token_hash = $1`;

const ACCESS = `select o.id, o.slug, o.name, m.role, m.permissions
  from member m join organization o on o.id = m.org_id
  where m.user_id = $1 and m.deleted_at is null order by o.created_at, o.id limit $2`;

const KEY_RECORD = `
  select k.id, k.lookup_id, k.key_hash, k.key_type, k.org_id, k.allowed_origins, k.expires_at, k.revoked_at,
    k.environment_id, e.name as environment_name, o.capture_ip
  from api_key k join organization o on o.id = k.org_id left join environment e on e.id = k.environment_id
  where k.lookup_id = $1`;

interface MembershipRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly capture_ip: boolean;
  readonly event_retention_days: number;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly email: string;
  readonly is_super_admin: boolean;
  readonly role: Role | null;
  readonly permissions: SpecialPermission[] | null;
}
type MemberRow = Member & { readonly email: string; readonly invitedAs: string | null };
interface KeyRow {
  readonly id: string;
  readonly lookup_id: string;
  readonly key_hash: string;
  readonly key_type: KeyType;
  readonly org_id: string;
  readonly allowed_origins: string[];
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly environment_id: string | null;
  readonly environment_name: string | null;
  readonly capture_ip: boolean;
}

/** Reads as the system role: the answers need rows of more than one organization. */
export class PostgresDirectory implements Directory {
  constructor(private readonly tx: Transaction) {}

  async membership(userId: string, organization: string): Promise<Membership | undefined> {
    const id = idOf(organization);
    if (!UUID.test(userId) || (id === undefined && !SLUG.test(organization))) return undefined;
    const query = `${MEMBERSHIP} ${id === undefined ? 'o.slug' : 'o.id'} = $2`;
    const [row] = await this.tx.manager.query<MembershipRow[]>(query, [userId, id ?? organization]);
    return row && toMembership(userId, row);
  }

  async organizationsOf(
    userId: string,
    page: Page,
    list: OrganizationList = 'organizations',
  ): Promise<PageOf<Organization>> {
    const scope = { route: list, org: userId };
    const { sql, parameters } = paged(ORGANIZATIONS, { of: 'o', word: 'where' }, userId, pageWindow(page, scope));
    const rows = UUID.test(userId) ? await this.tx.manager.query<Organization[]>(sql, parameters) : [];
    return pageOf(rows, page, scope, { positionOf, view: (organization) => organization });
  }

  async accessOf(userId: string, limit: number): Promise<readonly OrganizationAccess[]> {
    return UUID.test(userId) ? this.tx.manager.query<OrganizationAccess[]>(ACCESS, [userId, limit]) : [];
  }

  async membersOf(orgId: string, page: Page): Promise<PageOf<ListedMember>> {
    const scope = { route: 'members', org: orgId };
    const { sql, parameters } = paged(MEMBERS, { of: 'm', word: 'and' }, orgId, pageWindow(page, scope));
    const rows = await this.tx.manager.query<MemberRow[]>(sql, parameters);
    return pageOf(rows, page, scope, { positionOf, view: toListedMember });
  }

  async eventSettings(after: string | undefined): Promise<EventSettingsPage> {
    const settings = await this.tx.manager.query<EventSettingsPage['settings']>(EVENT_SETTINGS, [after ?? null]);
    return { settings, next_after: settings.length < SETTINGS_PAGE ? null : settings.at(-1)!.org_id };
  }

  async mayInvite(userId: string, orgId: string): Promise<boolean> {
    if (!UUID.test(userId)) return false;
    return (await this.tx.manager.query<unknown[]>(MAY_INVITE, [userId, orgId])).length === 1;
  }

  async linkOf(tokenHash: string): Promise<{ readonly orgId: string | null } | undefined> {
    const [link] = await this.tx.manager.query<{ readonly orgId: string | null }[]>(LINK, [tokenHash]);
    return link;
  }

  async keyRecord(lookupId: string): Promise<KeyRecord | undefined> {
    if (!/^[0-9a-f]{12}$/.test(lookupId)) return undefined;
    const [row] = await this.tx.manager.query<KeyRow[]>(KEY_RECORD, [lookupId]);
    return row && toKeyRecord(row);
  }
}

interface Ordered {
  /** The alias of the table that the page is ordered by. */
  readonly of: string;
  /** Joins one more condition to the query. */
  readonly word: 'and' | 'where';
}

function paged(query: string, { of, word }: Ordered, first: string, { rows, after, beyond, direction }: PageWindow) {
  const order = `order by ${of}.created_at ${direction}, ${of}.id ${direction} limit $2`;
  if (after === undefined) return { sql: `${query} ${order}`, parameters: [first, rows] };
  const next = `(${of}.created_at, ${of}.id) ${beyond} ($3::timestamptz, $4::uuid)`;
  return { sql: `${query} ${word} ${next} ${order}`, parameters: [first, rows, after.created_at, after.id] };
}

function toListedMember({ email, invitedAs, ...member }: MemberRow): ListedMember {
  return { member: { ...member, invitedAs: invitedAs ?? undefined }, user: { email } };
}

function toMembership(userId: string, row: MembershipRow): Membership {
  const { id, slug, name, capture_ip, event_retention_days, version, email, is_super_admin, role, permissions } = row;
  const times = { created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString() };
  return {
    organization: { id, slug, name, capture_ip, event_retention_days, version, ...times },
    user: { id: userId, email, is_super_admin },
    role,
    permissions: permissions ?? [],
  };
}

function toKeyRecord({ environment_id, environment_name, expires_at, revoked_at, ...key }: KeyRow): KeyRecord {
  const environment =
    environment_id === null || environment_name === null ? undefined : { id: environment_id, name: environment_name };
  return {
    ...key,
    environment,
    expires_at: expires_at?.toISOString(),
    revoked_at: revoked_at?.toISOString(),
  };
}
