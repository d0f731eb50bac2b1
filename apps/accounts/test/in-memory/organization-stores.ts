import type { Page, PageOf } from '#libs/contracts';
import type {
  EnvironmentStore,
  MemberStore,
  OrganizationStore,
} from '../../src/application/ports/organization-stores.js';
import type { Environment } from '../../src/domain/environments/environment.js';
import type { Member } from '../../src/domain/members/member.js';
import { canSignIn } from '../../src/domain/people/user.js';
import type { Organization } from '../../src/domain/organizations/organization.js';
import { changedMeanwhile, notFound, pageOfRows, taken } from './rows.js';
import type { Deletable, InMemoryTransaction } from './tables.js';

export class InMemoryOrganizations implements OrganizationStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async lock(): Promise<Organization> {
    const organization = this.tx.tables.organizations.get(this.tx.scope);
    if (organization === undefined) throw notFound('organization');
    return organization;
  }

  async add(organization: Organization): Promise<void> {
    assertScope(this.tx, organization.id);
    const { organizations } = this.tx.writable;
    if ([...organizations.values()].some(({ slug }) => slug === organization.slug)) throw taken('slug');
    organizations.set(organization.id, organization);
  }

  async save({ slug: _slug, createdAt: _createdAt, ...changed }: Organization): Promise<void> {
    const stored = this.tx.tables.organizations.get(this.tx.scope);
    if (stored?.id !== changed.id || stored.version !== changed.version - 1) throw changedMeanwhile('organization');
    this.tx.writable.organizations.set(stored.id, { ...stored, ...changed });
  }
}

export class InMemoryEnvironments implements EnvironmentStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async get(nameOrId: string): Promise<Environment> {
    const found = this.#live().find(({ id, name }) => id === nameOrId || name === nameOrId);
    if (found === undefined) throw notFound('environment');
    return found;
  }

  lock(nameOrId: string): Promise<Environment> {
    return this.get(nameOrId);
  }

  async list(page: Page): Promise<PageOf<Environment>> {
    const scope = { route: 'environments', org: this.tx.scope };
    return pageOfRows(this.#live(), page, scope, { listed: (row) => row, view: (row) => row });
  }

  async count(): Promise<number> {
    return this.#live().length;
  }

  async nextPosition(): Promise<number> {
    return Math.max(0, ...this.#live().map(({ position }) => position)) + 1;
  }

  async add(environment: Environment): Promise<void> {
    assertScope(this.tx, environment.orgId);
    if (this.#live().some(({ name }) => name === environment.name)) throw taken('name');
    this.tx.writable.environments.set(environment.id, { value: environment });
  }

  async save(environment: Environment): Promise<void> {
    this.#replace(environment);
  }

  async remove(environment: Environment): Promise<void> {
    this.#replace(environment, environment.updatedAt);
  }

  #replace(value: Environment, deletedAt?: Date): void {
    const stored = this.#live().find(({ id }) => id === value.id);
    if (stored?.version !== value.version - 1) throw changedMeanwhile('environment');
    this.tx.writable.environments.set(value.id, { value, deletedAt });
  }

  #live(): readonly Environment[] {
    return liveRows(this.tx.tables.environments).filter(({ orgId }) => orgId === this.tx.scope);
  }
}

export class InMemoryMembers implements MemberStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async add(member: Member): Promise<void> {
    assertScope(this.tx, member.orgId);
    if (this.#live().some(({ userId }) => userId === member.userId)) throw taken('member');
    this.tx.writable.members.set(member.id, { value: member });
  }

  async lock(userId: string): Promise<Member> {
    const member = this.#live().find((candidate) => candidate.userId === userId);
    if (member === undefined) throw notFound('member');
    return member;
  }

  async find(userId: string): Promise<Member | undefined> {
    return this.#live().find((candidate) => candidate.userId === userId);
  }

  async count(): Promise<number> {
    return this.#live().length;
  }

  async otherAdmins(userId: string): Promise<number> {
    const canEnter = (id: string) => {
      const user = this.tx.tables.users.get(id);
      return user !== undefined && canSignIn(user);
    };
    return this.#live().filter((one) => one.role === 'admin' && one.userId !== userId && canEnter(one.userId)).length;
  }

  async save(member: Member): Promise<void> {
    this.#assertStored(member.id, member.version - 1);
    this.tx.writable.members.set(member.id, { value: member });
  }

  async remove(member: Member, at: Date): Promise<void> {
    this.#assertStored(member.id, member.version);
    const value = { ...member, version: member.version + 1, updatedAt: at };
    this.tx.writable.members.set(member.id, { value, deletedAt: at });
  }

  #assertStored(id: string, version: number): void {
    const stored = this.#live().find((member) => member.id === id);
    if (stored?.version !== version) throw changedMeanwhile('member');
  }

  #live(): readonly Member[] {
    return liveRows(this.tx.tables.members).filter(({ orgId }) => orgId === this.tx.scope);
  }
}

/** Rows that are not deleted. */
export function liveRows<T>(rows: ReadonlyMap<string, Deletable<T>>): readonly T[] {
  return [...rows.values()].filter(({ deletedAt }) => deletedAt === undefined).map(({ value }) => value);
}

/** What row-level security does in Postgres. */
function assertScope({ scope }: InMemoryTransaction, orgId: string): void {
  if (orgId !== scope) throw new Error(`a row of ${orgId} cannot be written in the scope ${scope}`);
}
