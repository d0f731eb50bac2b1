import type { Page, PageOf } from '#libs/contracts';
import type { ApiKey, KeyFamily } from '../../domain/api-keys/api-key.js';
import type { MemberInvitation } from '../../domain/invitations/member-invitation.js';
import type { Environment } from '../../domain/environments/environment.js';
import type { Member } from '../../domain/members/member.js';
import type { Organization } from '../../domain/organizations/organization.js';

export interface OrganizationStore {
  /** Locked until the transaction ends. @throws AppError `not_found` */
  lock(): Promise<Organization>;
  /** @throws AppError `already_exists` when the slug is taken */
  add(organization: Organization): Promise<void>;
  /** @throws AppError `version_conflict` unless the stored version is the one before */
  save(organization: Organization): Promise<void>;
}

export interface EnvironmentStore {
  /** By name or id. @throws AppError `not_found` */
  get(nameOrId: string): Promise<Environment>;
  /**
   * By name or id, locked until the transaction ends: `write` excludes every other lock, `keep` only prevents the deletion.
   * @throws AppError `not_found`
   */
  lock(nameOrId: string, to: 'write' | 'keep'): Promise<Environment>;
  list(page: Page): Promise<PageOf<Environment>>;
  nextPosition(): Promise<number>;
  count(): Promise<number>;
  /** @throws AppError `already_exists` when a live environment has the name */
  add(environment: Environment): Promise<void>;
  /** @throws AppError `version_conflict` unless the stored version is the one before */
  save(environment: Environment): Promise<void>;
  /** Deletes softly. `environment` is the last state, at the time of the deletion. @throws AppError `version_conflict` as `save` */
  remove(environment: Environment): Promise<void>;
}

export interface MemberStore {
  /** @throws AppError `already_exists` when the person is a member */
  add(member: Member): Promise<void>;
  /** Locked until the transaction ends. @throws AppError `not_found` */
  lock(userId: string): Promise<Member>;
  find(userId: string): Promise<Member | undefined>;
  count(): Promise<number>;
  /** How many admins that can sign in the organization has besides this person. */
  otherAdmins(userId: string): Promise<number>;
  /** @throws AppError `version_conflict` unless the stored version is the one before */
  save(member: Member): Promise<void>;
  /** Deletes softly. @throws AppError `version_conflict` unless the stored version is this one */
  remove(member: Member, at: Date): Promise<void>;
}

/** Every change of an invitation happens under the lock of the organization. */
export interface MemberInvitationStore {
  /** Those that wait for an answer at this time. */
  list(page: Page, at: Date): Promise<PageOf<MemberInvitation>>;
  countWaiting(at: Date): Promise<number>;
  /** Until it is purged, also one that expired or was accepted. */
  find(id: string): Promise<MemberInvitation | undefined>;
  findByEmail(email: string): Promise<MemberInvitation | undefined>;
  findByToken(tokenHash: string): Promise<MemberInvitation | undefined>;
  add(invitation: MemberInvitation): Promise<void>;
  accept(id: string, userId: string, at: Date): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface ApiKeyQuery {
  readonly family: KeyFamily;
  /** Name or id. */
  readonly environment?: string;
  readonly page: Page;
}

export interface ApiKeyStore {
  add(key: ApiKey): Promise<void>;
  /** Locked until the transaction ends. @throws AppError `not_found` */
  lock(id: string): Promise<ApiKey>;
  /** @throws AppError `already_revoked` */
  saveRevocation(key: ApiKey): Promise<void>;
  list(query: ApiKeyQuery): Promise<PageOf<ApiKey>>;
  /** How many keys are not revoked. */
  count(): Promise<number>;
  /** Whether the environment has a key that is neither revoked nor expired. */
  anyLive(environmentId: string, at: Date): Promise<boolean>;
}
