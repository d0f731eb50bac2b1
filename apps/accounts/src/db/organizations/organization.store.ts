import { AppError } from '#libs/kernel';
import { isUniqueViolation, type Transaction } from '#libs/postgres';
import type { Organization } from '../../domain/organizations/organization.js';
import { OrganizationRow, toOrganization } from './organization.row.js';
import type { OrganizationStore } from '../../application/ports/organization-stores.js';

export class PostgresOrganizations implements OrganizationStore {
  constructor(private readonly tx: Transaction) {}

  async lock(): Promise<Organization> {
    const row = await this.tx.manager.findOne(OrganizationRow, {
      where: { id: this.tx.scope, orgId: this.tx.scope },
      lock: { mode: 'pessimistic_write' },
    });
    if (row === null) throw new AppError('not_found', 'There is no such organization');
    return toOrganization(row);
  }

  async add(organization: Organization): Promise<void> {
    try {
      await this.tx.manager.insert(OrganizationRow, { ...organization, orgId: this.tx.scope });
    } catch (error) {
      if (isUniqueViolation(error, 'organization_slug')) throw slugTaken(organization.slug);
      throw error;
    }
  }

  async save({ id, slug: _slug, createdAt: _createdAt, ...changed }: Organization): Promise<void> {
    const before = { id, orgId: this.tx.scope, version: changed.version - 1 };
    const { affected } = await this.tx.manager.update(OrganizationRow, before, changed);
    if (affected !== 1) throw new AppError('version_conflict', 'The organization changed meanwhile: read it again');
  }
}

function slugTaken(slug: string): AppError {
  return new AppError('already_exists', `The slug ${slug} is taken: choose another`, [
    { field: 'slug', message: 'Is taken' },
  ]);
}
