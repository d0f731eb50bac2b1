import type { Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import { expectOne } from './expect-one.js';
import { ofScope, orgIdOf, rowOf, rowsOf } from './sql.js';

/** The columns that all tables with soft deletes have. */
export interface SoftDeletedRow {
  readonly id: string;
  readonly org_id: string | null;
  readonly name: string;
  readonly description: string | null;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}
interface SoftDeleted {
  readonly id: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
type Columns<T> = Readonly<Record<string, (object: T) => unknown>>;

interface TableDefinition<T, R> {
  readonly name: string;
  /** The expression that `find` compares. */
  readonly lookup: string;
  /** Columns that are written once, at the insert. */
  readonly fixed?: Columns<T>;
  /** Columns that every edit writes. */
  readonly edited: Columns<T>;
  readonly toObject: (row: R) => T;
  /** How error messages call an object: `The segment beta_testers`. */
  readonly label: (object: T) => string;
}

/** A table with its statements. $1 is the organization's id or null, $2 the object's id. */
export interface SoftDeletedTable<T, R> extends TableDefinition<T, R> {
  readonly sql: Readonly<Record<'find' | 'findInReach' | 'insert' | 'update' | 'remove', string>>;
}

/** Writes the statements of a table once. */
export function softDeletedTable<T, R>(definition: TableDefinition<T, R>): SoftDeletedTable<T, R> {
  const { name, lookup, fixed = {}, edited } = definition;
  const editedNames = Object.keys(edited);
  const names = ['org_id', 'id', 'version', 'updated_at', ...editedNames, 'created_at', ...Object.keys(fixed)];
  const live = `${ofScope(name)} and deleted_at is null`;
  const assignments = editedNames.map((column, index) => `${column} = $${index + 5}`);
  return {
    ...definition,
    sql: {
      find: `select * from ${name} where ${live} and ${lookup} = $2`,
      findInReach: `select * from ${name} where (org_id = $1::uuid or org_id is null) and deleted_at is null
        and ${lookup} = $2 order by org_id nulls last limit 1`,
      insert: `insert into ${name} (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
      update: `update ${name} set version = $3, updated_at = $4, ${assignments.join(', ')}
        where ${live} and id = $2 and version = $3::int - 1 returning id`,
      remove: `update ${name} set deleted_at = $3, updated_at = $3 where ${live} and id = $2 returning id`,
    },
  };
}

/** Objects of one scope that are deleted softly: rows with `deleted_at` are never found again. */
export class SoftDeletedRows<T extends SoftDeleted, R extends SoftDeletedRow> {
  protected readonly orgId: string | null;

  constructor(
    protected readonly manager: EntityManager,
    scope: Scope,
    private readonly table: SoftDeletedTable<T, R>,
  ) {
    this.orgId = orgIdOf(scope);
  }

  async find(keyOrId: string): Promise<T | undefined> {
    const row = await rowOf<R>(this.manager, this.table.sql.find, [this.orgId, keyOrId]);
    return row && this.table.toObject(row);
  }

  async findInReach(keyOrId: string): Promise<T | undefined> {
    const row = await rowOf<R>(this.manager, this.table.sql.findInReach, [this.orgId, keyOrId]);
    return row && this.table.toObject(row);
  }

  async insert(object: T): Promise<void> {
    const { sql, fixed = {} } = this.table;
    const fixedValues = Object.values(fixed).map((valueOf) => valueOf(object));
    await this.manager.query(sql.insert, [...this.#edited(object), object.createdAt, ...fixedValues]);
  }

  async save(object: T): Promise<void> {
    expectOne(await rowsOf(this.manager, this.table.sql.update, this.#edited(object)), this.table.label(object));
  }

  async remove(object: T, at: Date): Promise<void> {
    const rows = await rowsOf(this.manager, this.table.sql.remove, [this.orgId, object.id, at]);
    expectOne(rows, this.table.label(object));
  }

  #edited(object: T): readonly unknown[] {
    const values = Object.values(this.table.edited).map((valueOf) => valueOf(object));
    return [this.orgId, object.id, object.version, object.updatedAt, ...values];
  }
}
