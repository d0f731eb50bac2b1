import type { Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import type { Environments } from '../application/ports/stores.js';
import type { Environment } from '../domain/environment.js';
import { ofScope, orgIdOf, rowOf, rowsOf } from './sql.js';

interface EnvironmentRow {
  readonly id: string;
  readonly org_id: string;
  readonly name: string;
  readonly protected: boolean;
  readonly position: number;
  readonly version: number;
  readonly deleted_at: Date | null;
}

const SAVE = `insert into environment (org_id, id, name, protected, position, version, deleted_at)
  values ($1, $2, $3, $4, $5, $6, case when $7 then now() end)
  on conflict (id) do update set name = excluded.name, protected = excluded.protected, position = excluded.position,
    version = excluded.version, deleted_at = excluded.deleted_at, updated_at = now()`;

export class PostgresEnvironments implements Environments {
  readonly #orgId: string | null;

  constructor(
    private readonly manager: EntityManager,
    scope: Scope,
  ) {
    this.#orgId = orgIdOf(scope);
  }

  async list(): Promise<readonly Environment[]> {
    const sql = `select * from environment where ${ofScope('environment')} and deleted_at is null order by position, name`;
    return (await rowsOf<EnvironmentRow>(this.manager, sql, [this.#orgId])).map(toEnvironment);
  }

  async findById(id: string): Promise<Environment | undefined> {
    const sql = `select * from environment where ${ofScope('environment')} and id = $2`;
    const row = await rowOf<EnvironmentRow>(this.manager, sql, [this.#orgId, id]);
    return row && toEnvironment(row);
  }

  async save({ id, name, protected: isProtected, position, version, isDeleted }: Environment): Promise<void> {
    await this.manager.query(SAVE, [this.#orgId, id, name, isProtected, position, version, isDeleted]);
  }
}

function toEnvironment(row: EnvironmentRow): Environment {
  const { id, org_id, name, position, version } = row;
  return { id, scope: org_id, name, protected: row.protected, position, version, isDeleted: row.deleted_at !== null };
}
