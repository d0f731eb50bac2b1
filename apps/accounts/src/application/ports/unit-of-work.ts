import type { AuditDraft, FactDraft, Origin } from '#libs/contracts';
import type { Directory } from './directory.js';
import type {
  ApiKeyStore,
  EnvironmentStore,
  MemberInvitationStore,
  MemberStore,
  OrganizationStore,
} from './organization-stores.js';
import type {
  InvitationStore,
  JobStore,
  MembershipStore,
  PasswordResetStore,
  SessionStore,
  SetupStore,
  SigningKeyStore,
  UserStore,
} from './platform-stores.js';

/** Opens transactions. The work reaches only the stores it is given, so that no write can miss the transaction. */
export interface UnitOfWork {
  /** Inside one organization: rows of others do not exist. */
  inOrganization<T>(orgId: string, work: (stores: OrganizationStores) => Promise<T>): Promise<T>;
  /** The same on one snapshot; a write fails. */
  readOrganization<T>(orgId: string, work: (stores: OrganizationStores) => Promise<T>): Promise<T>;
  /** Across organizations: people, sessions and signing keys belong to none. */
  acrossOrganizations<T>(work: (stores: PlatformStores) => Promise<T>): Promise<T>;
  /** Both in one transaction: a person and their organization or membership are stored together, or neither is. */
  inOrganizationWithPeople<T>(
    orgId: string,
    work: (stores: OrganizationStores & PlatformStores) => Promise<T>,
  ): Promise<T>;
}

export interface OrganizationStores {
  readonly organizations: OrganizationStore;
  readonly environments: EnvironmentStore;
  readonly members: MemberStore;
  readonly memberInvitations: MemberInvitationStore;
  readonly apiKeys: ApiKeyStore;
  readonly outbox: FactOutbox;
}

export interface PlatformStores {
  readonly users: UserStore;
  readonly invitations: InvitationStore;
  readonly passwordResets: PasswordResetStore;
  readonly memberships: MembershipStore;
  readonly setups: SetupStore;
  readonly jobs: JobStore;
  readonly sessions: SessionStore;
  readonly signingKeys: SigningKeyStore;
  readonly directory: Directory;
  readonly outbox: FactOutbox;
  /** Waits until no other transaction, in any process, holds this name; holds it until the transaction ends. */
  exclusively(name: string): Promise<void>;
}

/** Facts and audit entries, part of the transaction. They are published in the order they are added. */
export interface FactOutbox {
  add<D>(draft: FactDraft<D>): Promise<unknown>;
  audit(origin: Origin, entry: AuditDraft): Promise<unknown>;
}
