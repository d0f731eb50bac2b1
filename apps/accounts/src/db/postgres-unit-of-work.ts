import type { Database, Transaction } from '#libs/postgres';
import type { SealedBox } from '#libs/crypto';
import { PostgresApiKeys } from './api-keys/api-key.store.js';
import { PostgresDirectory } from './directory.store.js';
import { PostgresEnvironments } from './environments/environment.store.js';
import { PostgresInvitations } from './invitations/invitation.store.js';
import { PostgresJobs } from './job.store.js';
import { PostgresMemberInvitations } from './invitations/member-invitation.store.js';
import { PostgresMembers } from './members/member.store.js';
import { PostgresOrganizations } from './organizations/organization.store.js';
import { PostgresSessions } from './sessions/session.store.js';
import { PostgresSetups } from './setup.store.js';
import { PostgresSigningKeys } from './signing-keys/signing-key.store.js';
import { PostgresPasswordResets } from './people/password-reset.store.js';
import { PostgresMemberships } from './members/membership.store.js';
import { PostgresUsers } from './people/user.store.js';
import { type OrganizationStores, type PlatformStores, UnitOfWork } from '../application/ports/unit-of-work.js';

export class PostgresUnitOfWork implements UnitOfWork {
  constructor(
    private readonly database: Database,
    private readonly box: SealedBox,
  ) {}

  inOrganization<T>(orgId: string, work: (stores: OrganizationStores) => Promise<T>): Promise<T> {
    return this.database.transaction(orgId, (tx) => work(organizationStores(tx)));
  }

  readOrganization<T>(orgId: string, work: (stores: OrganizationStores) => Promise<T>): Promise<T> {
    return this.database.read(orgId, (tx) => work(organizationStores(tx)));
  }

  acrossOrganizations<T>(work: (stores: PlatformStores) => Promise<T>): Promise<T> {
    return this.database.systemTransaction((tx) => work(platformStores(tx, this.box)));
  }

  inOrganizationWithPeople<T>(
    orgId: string,
    work: (stores: OrganizationStores & PlatformStores) => Promise<T>,
  ): Promise<T> {
    return this.database.systemTransaction(
      (tx) => work({ ...platformStores(tx, this.box), ...organizationStores(tx) }),
      { scope: orgId },
    );
  }
}

function organizationStores(tx: Transaction): OrganizationStores {
  return {
    organizations: new PostgresOrganizations(tx),
    environments: new PostgresEnvironments(tx),
    members: new PostgresMembers(tx),
    memberInvitations: new PostgresMemberInvitations(tx),
    apiKeys: new PostgresApiKeys(tx),
    outbox: tx.outbox,
  };
}

function platformStores(tx: Transaction, box: SealedBox): PlatformStores {
  return {
    users: new PostgresUsers(tx),
    invitations: new PostgresInvitations(tx),
    passwordResets: new PostgresPasswordResets(tx),
    memberships: new PostgresMemberships(tx),
    setups: new PostgresSetups(tx),
    jobs: new PostgresJobs(tx),
    sessions: new PostgresSessions(tx),
    signingKeys: new PostgresSigningKeys(tx, box),
    directory: new PostgresDirectory(tx),
    outbox: tx.outbox,
    exclusively: async (name) => {
      await tx.manager.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`loom_accounts ${name}`]);
    },
  };
}
