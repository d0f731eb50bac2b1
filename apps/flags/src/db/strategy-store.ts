import type { RuleBody, Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import type { Strategies } from '../application/ports.js';
import type { Strategy } from '../domain/strategy.js';
import { expectOne } from './expect-one.js';
import { ofScope, orgIdOf, rowOf, rowsOf, scopeOfRow } from './sql.js';

export interface StrategyRow {
  readonly id: string;
  readonly org_id: string | null;
  readonly name: string;
  readonly description: string | null;
  readonly body: RuleBody;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const INSERT = `insert into strategy (org_id, id, name, description, body, version, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $7)`;
const UPDATE = `update strategy set name = $3, description = $4, body = $5, version = $6, updated_at = $7
  where ${ofScope('strategy')} and id = $2 and version = $6::int - 1 and deleted_at is null returning id`;
const REMOVE = `update strategy set deleted_at = $3, updated_at = $3
  where ${ofScope('strategy')} and id = $2 and deleted_at is null returning id`;
const IN_REACH = `select id from strategy
  where (org_id = $1::uuid or org_id is null) and id::text = any($2) and deleted_at is null`;
const USING_SEGMENT = `select id from strategy where ($1::uuid is null or org_id = $1::uuid) and deleted_at is null
  and jsonb_path_exists(body, '$.conditions.** ? (@.segment == $key)', jsonb_build_object('key', $2::text)) order by id`;

export class StrategyStore implements Strategies {
  readonly #orgId: string | null;

  constructor(
    private readonly manager: EntityManager,
    scope: Scope,
  ) {
    this.#orgId = orgIdOf(scope);
  }

  async find(id: string): Promise<Strategy | undefined> {
    const sql = `select * from strategy where ${ofScope('strategy')} and id::text = $2 and deleted_at is null`;
    const row = await rowOf<StrategyRow>(this.manager, sql, [this.#orgId, id]);
    return row && toStrategy(row);
  }

  async insert({ id, name, description, body, version, createdAt }: Strategy): Promise<void> {
    const columns = [name, description ?? null, JSON.stringify(body), version, createdAt];
    await this.manager.query(INSERT, [this.#orgId, id, ...columns]);
  }

  async save({ id, name, description, body, version, updatedAt }: Strategy): Promise<void> {
    const columns = [name, description ?? null, JSON.stringify(body), version, updatedAt];
    expectOne(await rowsOf(this.manager, UPDATE, [this.#orgId, id, ...columns]), `The strategy ${name}`);
  }

  async remove({ id, name }: Strategy, at: Date): Promise<void> {
    expectOne(await rowsOf(this.manager, REMOVE, [this.#orgId, id, at]), `The strategy ${name}`);
  }

  async inReach(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await rowsOf<{ id: string }>(this.manager, IN_REACH, [this.#orgId, ids]);
    return new Set(rows.map(({ id }) => id));
  }

  async usingSegment(key: string): Promise<readonly string[]> {
    const rows = await rowsOf<{ id: string }>(this.manager, USING_SEGMENT, [this.#orgId, key]);
    return rows.map(({ id }) => id);
  }
}

export function toStrategy(row: StrategyRow): Strategy {
  return {
    id: row.id,
    scope: scopeOfRow(row.org_id),
    name: row.name,
    description: row.description ?? undefined,
    body: row.body,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
