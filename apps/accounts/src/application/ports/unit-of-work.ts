import type { Secret } from '#libs/kernel';
import type { FactDraft, Origin, Page, PageOf } from '#libs/contracts';
import type { ApiKey, KeyFamily } from '../../domain/api-keys/api-key.js';
import type { Environment } from '../../domain/environments/environment.js';
import type { Member } from '../../domain/members/member.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { FreshKey, SigningKey } from '../../domain/signing-keys/signing-key.js';
import type {
  Directory,
  InvitationStore,
  JobStore,
  SessionStore,
  SetupStore,
  SigningKeyStore,
  UserStore,
} from './platform-stores.js';

/** Opens transactions. Only what is handed to the work is in reach inside, so that no write can miss the transaction. */
export abstract class UnitOfWork {
  /** Behind the wall of one organization. */
  abstract inOrganization<T>(orgId: string, work: (stores: OrganizationStores) => Promise<T>): Promise<T>;
  /** The same, one snapshot, no writes. */
  abstract readOrganization<T>(orgId: string, work: (stores: OrganizationStores) => Promise<T>): Promise<T>;
  /** Across organizations: people, sessions and signing keys belong to none. */
  abstract acrossOrganizations<T>(work: (stores: PlatformStores) => Promise<T>): Promise<T>;
  /** Both at once, past the wall: for the set-up alone, which makes a person and their organization or neither. */
  abstract foundingOrganization<T>(
    orgId: string,
    work: (stores: OrganizationStores & PlatformStores) => Promise<T>,
  ): Promise<T>;
}

export interface OrganizationStores {
  readonly organizations: OrganizationStore;
  readonly environments: EnvironmentStore;
  readonly members: MemberStore;
  readonly apiKeys: ApiKeyStore;
  readonly outbox: FactOutbox;
}

export interface PlatformStores {
  readonly users: UserStore;
  readonly invitations: InvitationStore;
  readonly setups: SetupStore;
  readonly jobs: JobStore;
  readonly sessions: SessionStore;
  readonly signingKeys: SigningKeyStore;
  readonly directory: Directory;
  readonly outbox: FactOutbox;
  /** Nobody else, in any process, is past this line with the same name until the transaction ends. */
  exclusively(name: string): Promise<void>;
}

export interface OrganizationStore {
  /** Held until the transaction ends. @throws AppError `not_found` */
  lock(): Promise<Organization>;
  /** @throws AppError `already_exists` when the slug is taken */
  add(organization: Organization): Promise<void>;
  /** @throws AppError `version_conflict` unless the stored version is the one before */
  save(organization: Organization): Promise<void>;
}

export interface EnvironmentStore {
  /** By name or id. @throws AppError `not_found` */
  get(nameOrId: string): Promise<Environment>;
  /** The same, held until the transaction ends: `write` against all others, `keep` against those who would delete it. */
  lock(nameOrId: string, to: 'write' | 'keep'): Promise<Environment>;
  list(page: Page): Promise<PageOf<Environment>>;
  nextPosition(): Promise<number>;
  /** @throws AppError `already_exists` when a live environment has the name */
  add(environment: Environment): Promise<void>;
  /** @throws AppError `version_conflict` unless the stored version is the one before */
  save(environment: Environment): Promise<void>;
  /** The same; `environment` is the last state, at the time of the deletion. */
  remove(environment: Environment): Promise<void>;
}

export interface MemberStore {
  /** @throws AppError `already_exists` when the person is a member */
  add(member: Member): Promise<void>;
  /** Held until the transaction ends. @throws AppError `not_found` */
  lock(userId: string): Promise<Member>;
  /** How many admins there are beside one. */
  otherAdmins(userId: string): Promise<number>;
  /** @throws AppError `version_conflict` unless the stored version is the one before */
  save(member: Member): Promise<void>;
  remove(member: Member, at: Date): Promise<void>;
}

export interface ApiKeyQuery {
  readonly family: KeyFamily;
  /** Name or id. */
  readonly environment?: string;
  readonly page: Page;
}

export interface ApiKeyStore {
  add(key: ApiKey): Promise<void>;
  /** Held until the transaction ends. @throws AppError `not_found` */
  lock(id: string): Promise<ApiKey>;
  saveRevocation(key: ApiKey): Promise<void>;
  list(query: ApiKeyQuery): Promise<PageOf<ApiKey>>;
  /** Whether keys of an environment are neither revoked nor expired. */
  anyLive(environmentId: string, at: Date): Promise<boolean>;
}

/** Facts and audit entries, part of the transaction. */
interface FactOutbox {
  add<D>(draft: FactDraft<D>): Promise<unknown>;
  audit(origin: Origin, entry: AuditEntry): Promise<unknown>;
}

export interface AuditEntry {
  readonly event: string;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly resourceKey?: string;
  readonly environment?: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly severity?: 'info' | 'notice' | 'warning';
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Slow hashes for passwords and API keys. @throws AppError `overloaded` when too many wait */
export abstract class Hasher {
  abstract hash(text: string): Promise<string>;
  /** Without a hash it takes as long and says no. */
  abstract verify(hash: string | undefined, text: string): Promise<boolean>;
}

/** Counts failures in a sliding window. */
export abstract class FailureLimit {
  /** Counts an attempt as failed until it is forgotten, so that attempts side by side cannot outrun the count. @throws AppError `rate_limited` */
  abstract begin(key: string): Promise<Attempt>;
}
export interface Attempt {
  forget(): Promise<void>;
}

/** Where unguessable text comes from. */
export abstract class Entropy {
  /** 40 hex digits. */
  abstract apiKey(): string;
  /** The first refresh token of a session: 256 bits, base64url. */
  abstract refreshToken(): string;
  /** What stands in a link that somebody is sent: 64 hex digits. */
  abstract linkToken(): string;
  /**
   * The token that follows: always the same for the same token, so that an answer can be given twice though only hashes are
   * stored; not to be computed without the platform's secret.
   */
  abstract nextRefreshToken(token: string): string;
}

export interface AccessClaims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly sid: string;
  /** Only narrows: absent, there is no limit. */
  readonly scope?: string;
  /** Unix seconds. */
  readonly iat: number;
  readonly exp: number;
}

/** JWTs, RS256. The same claims under the same key are the same token. */
export abstract class TokenSigner {
  abstract generate(at: Date): Promise<FreshKey>;
  abstract sign(key: SigningKey, claims: AccessClaims): Promise<string>;
}

/** What accounts can be told by settings. */
export abstract class AccountsPolicy {
  abstract readonly issuer: string;
  abstract readonly audience: string;
  abstract readonly accessTtlS: number;
  abstract readonly refreshTtlMs: { readonly web: number; readonly native: number };
  /** Whether everybody may create organizations. */
  abstract readonly openOrganizations: boolean;
  /** How old the signing key may become. */
  abstract readonly keyRotationMs: number;
  abstract readonly firstAdmin?: { readonly email: string; readonly password: Secret };
}
