import type { Fact } from '#libs/contracts';
import type { UnitOfWork } from '../../src/application/ports/unit-of-work.js';
import type { Organization } from '../../src/domain/organizations/organization.js';
import type { User } from '../../src/domain/people/user.js';
import { anOrganization, aUser } from './builders.js';

/** A unit of work under test. */
export interface ContractSubject {
  readonly uow: UnitOfWork;
  /** The committed facts and audit entries, in the order they were queued. */
  queued(): Promise<readonly Fact[]>;
  /** Empties everything. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** The subject, once it is set up. */
export type SubjectOf = () => ContractSubject;

export async function anOrganizationIn(
  { uow }: ContractSubject,
  changes: Partial<Organization> = {},
): Promise<Organization> {
  const organization = anOrganization(changes);
  await uow.inOrganization(organization.id, ({ organizations }) => organizations.add(organization));
  return organization;
}

export async function aUserIn({ uow }: ContractSubject, changes: Partial<User> = {}): Promise<User> {
  const user = aUser(changes);
  await uow.acrossOrganizations(({ users }) => users.add(user));
  return user;
}
