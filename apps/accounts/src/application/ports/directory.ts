import type { EventSettingsPage, KeyRecord, Membership, OrganizationAccess, Page, PageOf } from '#libs/contracts';
import type { Member } from '../../domain/members/member.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

/** A member and the person it belongs to. */
export interface ListedMember {
  readonly member: Member;
  readonly user: Pick<User, 'email'>;
}

/** Names the list in its cursors: a cursor of another list is refused. */
export type OrganizationList = 'organizations' | 'all organizations';

/** Questions that read more than one organization, or an organization and people. One query each. */
export interface Directory {
  /** `organization` is an id or a slug. */
  membership(userId: string, organization: string): Promise<Membership | undefined>;
  /** All organizations for a super admin, else those the person is a member of. Default of `list`: `organizations`. */
  organizationsOf(userId: string, page: Page, list?: OrganizationList): Promise<PageOf<Organization>>;
  /** The organizations that the person is a member of, with the rights in each: the oldest first. */
  accessOf(userId: string, limit: number): Promise<readonly OrganizationAccess[]>;
  membersOf(orgId: string, page: Page): Promise<PageOf<ListedMember>>;
  /** A page of the organizations in the order of their ids, after this id. */
  eventSettings(after: string | undefined): Promise<EventSettingsPage>;
  /** Whether the person can sign in and manage the members of this organization. */
  mayInvite(userId: string, orgId: string): Promise<boolean>;
  /** Where the link with this token leads: into an organization, or to the platform (`null`). */
  linkOf(tokenHash: string): Promise<{ readonly orgId: string | null } | undefined>;
  keyRecord(lookupId: string): Promise<KeyRecord | undefined>;
}
