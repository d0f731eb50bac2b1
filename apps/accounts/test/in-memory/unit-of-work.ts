import { PLATFORM, UUID, type AuditDraft, type Fact, type FactDraft, type Origin, type Scope } from '#libs/contracts';
import { auditFact, completeFact } from '#libs/facts';
import { AppError, type Clock, type Ids } from '#libs/kernel';
import type {
  FactOutbox,
  OrganizationStores,
  PlatformStores,
  UnitOfWork,
} from '../../src/application/ports/unit-of-work.js';
import { InMemoryApiKeys } from './api-keys.js';
import { InMemoryDirectory } from './directory.js';
import { InMemoryJobs } from './jobs.js';
import { InMemoryEnvironments, InMemoryMembers, InMemoryOrganizations } from './organization-stores.js';
import { InMemoryMemberships } from './memberships.js';
import { InMemoryMemberInvitations } from './member-invitations.js';
import { InMemoryInvitations, InMemoryPasswordResets, InMemorySetups, InMemoryUsers } from './people.js';
import { InMemorySessions, InMemorySigningKeys } from './sessions.js';
import { copyOf, emptyTables, InMemoryTransaction, type Tables } from './tables.js';

/**
 * Passes the same contract as the Postgres one. Transactions run one after the other, each on a copy of the tables that
 * replaces them when the work succeeds: so every lock holds, and a failure leaves nothing behind.
 */
export class InMemoryUnitOfWork implements UnitOfWork {
  #tables = emptyTables();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** The committed rows. */
  get tables(): Tables {
    return this.#tables;
  }

  /** The committed facts and audit entries, in the order they were queued. */
  get queued(): readonly Fact[] {
    return [...this.#tables.outbox.values()];
  }

  /** Forgets what was queued, as the relay does after it published. */
  clearOutbox(): void {
    this.#tables.outbox.clear();
  }

  inOrganization<T>(orgId: string, work: (stores: OrganizationStores) => Promise<T>): Promise<T> {
    return this.#run(orgId, (tx) => work(this.#organizationStores(tx)));
  }

  readOrganization<T>(orgId: string, work: (stores: OrganizationStores) => Promise<T>): Promise<T> {
    return this.#run(orgId, (tx) => work(this.#organizationStores(tx)), true);
  }

  acrossOrganizations<T>(work: (stores: PlatformStores) => Promise<T>): Promise<T> {
    return this.#run(PLATFORM, (tx) => work(this.#platformStores(tx)));
  }

  inOrganizationWithPeople<T>(
    orgId: string,
    work: (stores: OrganizationStores & PlatformStores) => Promise<T>,
  ): Promise<T> {
    return this.#run(orgId, (tx) => work({ ...this.#platformStores(tx), ...this.#organizationStores(tx) }));
  }

  #run<T>(scope: Scope, work: (tx: InMemoryTransaction) => Promise<T>, isReadOnly = false): Promise<T> {
    const turn = this.#last.then(async () => {
      if (scope !== PLATFORM && !UUID.test(scope)) throw new AppError('invalid_id', 'Not an organization');
      const tables = copyOf(this.#tables);
      const result = await work(new InMemoryTransaction(scope, tables, isReadOnly));
      this.#tables = tables;
      return result;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #organizationStores(tx: InMemoryTransaction): OrganizationStores {
    return {
      organizations: new InMemoryOrganizations(tx),
      environments: new InMemoryEnvironments(tx),
      members: new InMemoryMembers(tx),
      memberInvitations: new InMemoryMemberInvitations(tx),
      apiKeys: new InMemoryApiKeys(tx),
      outbox: this.#outbox(tx),
    };
  }

  #platformStores(tx: InMemoryTransaction): PlatformStores {
    return {
      users: new InMemoryUsers(tx),
      invitations: new InMemoryInvitations(tx),
      passwordResets: new InMemoryPasswordResets(tx),
      memberships: new InMemoryMemberships(tx),
      setups: new InMemorySetups(tx),
      jobs: new InMemoryJobs(tx),
      sessions: new InMemorySessions(tx),
      signingKeys: new InMemorySigningKeys(tx),
      directory: new InMemoryDirectory(tx),
      outbox: this.#outbox(tx),
      exclusively: () => Promise.resolve(),
    };
  }

  #outbox(tx: InMemoryTransaction): FactOutbox {
    const add = async <D>(draft: FactDraft<D>): Promise<void> => {
      const { outbox } = tx.writable;
      outbox.set(outbox.size, completeFact(draft, { id: this.ids.next(), at: this.clock.now(), source: 'accounts' }));
    };
    return { add, audit: (origin: Origin, entry: AuditDraft) => add(auditFact(origin, entry)) };
  }
}
