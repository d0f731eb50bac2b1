import type { EventSettingsPage, KeyRecord, Membership, Page, PageOf } from '#libs/contracts';
import type { Invitation } from '../../domain/people/invitation.js';
import type { Member } from '../../domain/members/member.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { PresentedToken, RefreshToken, Session } from '../../domain/sessions/session.js';
import type { SigningKey } from '../../domain/signing-keys/signing-key.js';
import type { User } from '../../domain/people/user.js';

export interface UserQuery {
  readonly page: Page;
  /** A part of the address, whatever its case. */
  readonly search?: string;
}

export interface UserStore {
  find(id: string): Promise<User | undefined>;
  findByEmail(email: string): Promise<User | undefined>;
  /** Held until the transaction ends. @throws AppError `not_found` */
  lock(id: string): Promise<User>;
  /** Whether anybody can sign in at all. */
  any(): Promise<boolean>;
  /** How many super admins can sign in, beside one. */
  otherSuperAdmins(id: string): Promise<number>;
  list(query: UserQuery): Promise<PageOf<User>>;
  /** @throws AppError `already_exists` when the address is taken */
  add(user: User): Promise<void>;
  /** @throws AppError `version_conflict` unless the stored version is the one before */
  save(user: User): Promise<void>;
}

export interface InvitationStore {
  /** In place of the one that the person may have. */
  replace(invitation: Invitation): Promise<void>;
  isOpen(tokenHash: string, at: Date): Promise<boolean>;
  /** Whose invitation it was. Of all who ask at the same time one gets an answer, and nobody after. */
  take(tokenHash: string, at: Date): Promise<string | undefined>;
}

/** The one-time link of a platform without users. */
export interface SetupStore {
  /** Whether it is this token now: not while another is open, and never after the first use. */
  issue(token: { hash: string; createdAt: Date; expiresAt: Date }): Promise<boolean>;
  isOpen(tokenHash: string, at: Date): Promise<boolean>;
  /** Whether it was open and this was its use. */
  take(tokenHash: string, at: Date): Promise<boolean>;
}

export interface JobStore {
  /** Whether it is due and now ours: its last run, in whatever process, was not after `notSince`. */
  claim(name: string, at: Date, notSince: Date): Promise<boolean>;
  /** Deletes some of what is no longer of use, and says how many rows. */
  purge(limits: PurgeLimits): Promise<number>;
}
export interface PurgeLimits {
  readonly now: Date;
  /** What ended or was deleted softly before this. */
  readonly endedBefore: Date;
  readonly deletedBefore: Date;
  /** Signing keys that were retired before this. */
  readonly retiredBefore: Date;
  /** At most so many rows of each kind. */
  readonly rows: number;
}

export interface SessionStore {
  open(session: Session, first: RefreshToken): Promise<void>;
  /** By the token's hash; the session is held until the transaction ends. */
  present(tokenHash: string): Promise<PresentedToken | undefined>;
  rotate(used: RefreshToken, next: RefreshToken): Promise<void>;
  end(session: Session, at: Date): Promise<void>;
  /** All of a person, but one; says how many. */
  endOthers(userId: string, keptId: string | undefined, at: Date): Promise<number>;
}

export interface SigningKeyStore {
  /** Newest first. */
  all(): Promise<readonly SigningKey[]>;
  add(key: SigningKey): Promise<void>;
  /** All that sign, from a time on. */
  retireAll(at: Date): Promise<void>;
}

/** A member and the person behind it. */
export interface Listed {
  readonly member: Member;
  readonly user: Pick<User, 'email' | 'passwordHash'>;
}

/** Questions whose answers lie in more than one organization, or in an organization and in none. One query each. */
export interface Directory {
  /** `organization` is an id or a slug. */
  membership(userId: string, organization: string): Promise<Membership | undefined>;
  organizationsOf(userId: string, page: Page): Promise<PageOf<Organization>>;
  membersOf(orgId: string, page: Page): Promise<PageOf<Listed>>;
  /** Of every organization whose id comes after this one, a page of them. */
  eventSettings(after: string | undefined): Promise<EventSettingsPage>;
  /** Whether somebody is admin of an organization; of any when none is given. */
  isAdmin(userId: string, orgId: string | undefined): Promise<boolean>;
  keyRecord(lookupId: string): Promise<KeyRecord | undefined>;
}
