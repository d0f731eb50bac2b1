import { AppError } from '#libs/kernel';
import { ENVIRONMENT_NAME, idOf, type Page, type PageOf } from '#libs/contracts';
import { isUniqueViolation, type Transaction } from '#libs/postgres';
import { IsNull, type FindOptionsWhere } from 'typeorm';
import type { Environment } from '../../domain/environments/environment.js';
import { EnvironmentRow, toEnvironment } from './environment.row.js';
import { pageOfQuery } from '../page-of-query.js';
import type { EnvironmentStore } from '../../application/ports/organization-stores.js';

type Stamp = Pick<Environment, 'id' | 'version' | 'updatedAt'>;

export class PostgresEnvironments implements EnvironmentStore {
  constructor(private readonly tx: Transaction) {}

  async get(nameOrId: string): Promise<Environment> {
    const which = byNameOrId(nameOrId);
    const row = which && (await this.tx.manager.findOneBy(EnvironmentRow, { ...this.#live(), ...which }));
    if (!row) throw notThere();
    return toEnvironment(row);
  }

  async lock(nameOrId: string, to: 'write' | 'keep'): Promise<Environment> {
    const which = byNameOrId(nameOrId);
    const lock = { mode: to === 'write' ? 'pessimistic_write' : 'pessimistic_read' } as const;
    const row =
      which && (await this.tx.manager.findOne(EnvironmentRow, { where: { ...this.#live(), ...which }, lock }));
    if (!row) throw notThere();
    return toEnvironment(row);
  }

  list(page: Page): Promise<PageOf<Environment>> {
    const query = this.tx.manager
      .createQueryBuilder(EnvironmentRow, 'item')
      .where('item.orgId = :org and item.deletedAt is null', { org: this.tx.scope });
    return pageOfQuery(query, page, { route: 'environments', org: this.tx.scope }, toEnvironment);
  }

  count(): Promise<number> {
    return this.tx.manager.countBy(EnvironmentRow, this.#live());
  }

  async nextPosition(): Promise<number> {
    return ((await this.tx.manager.maximum(EnvironmentRow, 'position', this.#live())) ?? 0) + 1;
  }

  async add({ color, ...environment }: Environment): Promise<void> {
    try {
      await this.tx.manager.insert(EnvironmentRow, { ...environment, color: color ?? null });
    } catch (error) {
      if (isUniqueViolation(error, 'environment_live_name')) throw nameTaken(environment.name);
      throw error;
    }
  }

  save({ color, protected: isProtected, position, ...environment }: Environment): Promise<void> {
    return this.#update(environment, { color: color ?? null, protected: isProtected, position });
  }

  remove(environment: Environment): Promise<void> {
    return this.#update(environment, { deletedAt: environment.updatedAt });
  }

  async #update({ id, version, updatedAt }: Stamp, values: Partial<EnvironmentRow>): Promise<void> {
    const before = { ...this.#live(), id, version: version - 1 };
    const { affected } = await this.tx.manager.update(EnvironmentRow, before, { ...values, version, updatedAt });
    if (affected !== 1) throw new AppError('version_conflict', 'The environment changed meanwhile: read it again');
  }

  #live(): FindOptionsWhere<EnvironmentRow> {
    return { orgId: this.tx.scope, deletedAt: IsNull() };
  }
}

/** A name has no hyphen, so no text is both. For a text that is neither there is no query. */
function byNameOrId(text: string): FindOptionsWhere<EnvironmentRow> | undefined {
  const id = idOf(text);
  if (id !== undefined) return { id };
  return ENVIRONMENT_NAME.test(text) ? { name: text } : undefined;
}

function notThere(): AppError {
  return new AppError('not_found', 'There is no such environment');
}

function nameTaken(name: string): AppError {
  return new AppError('already_exists', `There is an environment ${name} already`, [
    { field: 'name', message: 'Is taken' },
  ]);
}
