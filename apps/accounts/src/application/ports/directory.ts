import type { EventSettingsPage, KeyRecord, Membership, Page, PageOf } from '#libs/contracts';
import type { Member } from '../../domain/members/member.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

/** A member and the person it belongs to. */
export interface ListedMember {
  readonly member: Member;
  readonly user: Pick<User, 'email' | 'passwordHash'>;
}

/** Names the list in its cursors: a cursor of another list is refused. */
export type OrganizationList = 'organizations' | 'all organizations';

/** Questions that read more than one organization, or an organization and people. One query each. */
export interface Directory {
  /** `organization` is an id or a slug. */
  membership(userId: string, organization: string): Promise<Membership | undefined>;
  /** All organizations for a super admin, else those the person is a member of. Default of `list`: `organizations`. */
  organizationsOf(userId: string, page: Page, list?: OrganizationList): Promise<PageOf<Organization>>;
  membersOf(orgId: string, page: Page): Promise<PageOf<ListedMember>>;
  /** A page of the organizations in the order of their ids, after this id. */
  eventSettings(after: string | undefined): Promise<EventSettingsPage>;
  /** Whether the person is an admin of this organization; without `orgId`: of any. */
  isAdmin(userId: string, orgId: string | undefined): Promise<boolean>;
  keyRecord(lookupId: string): Promise<KeyRecord | undefined>;
}
