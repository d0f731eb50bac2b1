import type { Page, PageOf } from '#libs/contracts';
import type { Member } from '../../domain/members/member.js';
import type { Invitation } from '../../domain/people/invitation.js';
import type { PasswordReset } from '../../domain/people/password-reset.js';
import type { User } from '../../domain/people/user.js';
import type { LiveSession, PresentedToken, RefreshToken, Session, SessionUse } from '../../domain/sessions/session.js';
import type { SigningKey } from '../../domain/signing-keys/signing-key.js';

export interface UserQuery {
  readonly page: Page;
  /** A part of the address, compared without case. */
  readonly search?: string;
}

export interface UserStore {
  find(id: string): Promise<User | undefined>;
  /** The account with this address: pending people hold no address. */
  findByEmail(email: string): Promise<User | undefined>;
  /** The person that was invited to the platform with this address and has not accepted yet. */
  findPending(email: string): Promise<User | undefined>;
  /** Locked until the transaction ends. @throws AppError `not_found` */
  lock(id: string): Promise<User>;
  /** The same; `undefined` when there is none. */
  lockAny(id: string): Promise<User | undefined>;
  /** Whether the platform has a user at all. */
  any(): Promise<boolean>;
  /** How many super admins that can sign in there are besides this one. */
  otherSuperAdmins(id: string): Promise<number>;
  list(query: UserQuery): Promise<PageOf<User>>;
  /** @throws AppError `already_exists` when the address is taken */
  add(user: User): Promise<void>;
  /** @throws AppError `version_conflict` unless the stored version is the one before; `already_exists` as `add` */
  save(user: User): Promise<void>;
  /** Deletes the person with their sessions and links, and memberships of any organization. */
  remove(id: string): Promise<void>;
}

export interface InvitationStore {
  /** Replaces the invitation that the person may have. */
  replace(invitation: Invitation): Promise<void>;
  /** Until it is purged, also one that expired or was accepted. */
  find(tokenHash: string): Promise<Invitation | undefined>;
  accept(tokenHash: string, userId: string, at: Date): Promise<void>;
}

export interface PasswordResetStore {
  /** Replaces the link that the account may have. */
  replace(reset: PasswordReset): Promise<void>;
  find(tokenHash: string): Promise<PasswordReset | undefined>;
  remove(userId: string): Promise<void>;
}

/** The memberships of a person in all organizations. */
export interface MembershipStore {
  /** Locks the organizations of the person until the transaction ends. */
  lockAll(userId: string): Promise<readonly Member[]>;
  /** The slugs of organizations in which no other admin can sign in: at most five. */
  onlyAdminOf(userId: string): Promise<readonly string[]>;
}

export interface SetupToken {
  readonly hash: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** The one-time link of a platform without users. */
export interface SetupStore {
  /** Stores the token unless another one is open or one was used. Returns whether it is stored. */
  issue(token: SetupToken): Promise<boolean>;
  isOpen(tokenHash: string, at: Date): Promise<boolean>;
  /** Uses an open token. Returns whether it was open. */
  take(tokenHash: string, at: Date): Promise<boolean>;
}

/** The last run of each periodic job, shared by all replicas. */
export interface JobStore {
  /** Records a run at `at` and returns true, unless the last run of any process was after `notSince`. */
  claim(name: string, at: Date, notSince: Date): Promise<boolean>;
  /** Deletes a part of the rows that are of no more use, and returns how many. */
  purge(limits: PurgeLimits): Promise<number>;
}

export interface PurgeLimits {
  readonly now: Date;
  /** Sessions that ended, or were created and lost their last token, before this. */
  readonly endedBefore: Date;
  /** Rows that were deleted softly before this. */
  readonly deletedBefore: Date;
  /** Signing keys that were retired before this. */
  readonly retiredBefore: Date;
  /** Largest number of rows of each kind. */
  readonly rows: number;
}

export interface SessionQuery {
  readonly userId: string;
  readonly page: Page;
  readonly at: Date;
  /** Sessions that began before have ended for good. */
  readonly createdAfter: Date;
}

export interface SessionStore {
  open(session: Session, first: RefreshToken): Promise<void>;
  /** By the token's hash; the session is locked until the transaction ends. */
  present(tokenHash: string): Promise<PresentedToken | undefined>;
  rotate(used: RefreshToken, next: RefreshToken, use: SessionUse): Promise<void>;
  end(session: Session, at: Date): Promise<void>;
  /** Ends all sessions of a person except one, and returns the ids of those that had not ended. */
  endOthers(userId: string, keptId: string | undefined, at: Date): Promise<readonly string[]>;
  /** A session of this person that has not ended, locked until the transaction ends. */
  lockOwn(userId: string, id: string): Promise<Session | undefined>;
  /** Where the newest sessions of a person were used last, at most 50 addresses. */
  addressesOf(userId: string): Promise<readonly string[]>;
  /** Sessions of a person that can be renewed at a time. */
  list(query: SessionQuery): Promise<PageOf<LiveSession>>;
}

export interface SigningKeyStore {
  /** Newest first. */
  all(): Promise<readonly SigningKey[]>;
  add(key: SigningKey): Promise<void>;
  /** Retires every key that is not retired, from `at` on. */
  retireAll(at: Date): Promise<void>;
}
