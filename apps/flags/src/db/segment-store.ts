import type { Condition, Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import type { Segments } from '../application/ports.js';
import { segmentsIn } from '../domain/references.js';
import type { Segment } from '../domain/segment.js';
import { expectOne } from './expect-one.js';
import { ofScope, orgIdOf, rowOf, rowsOf, scopeOfRow } from './sql.js';

export interface SegmentRow {
  readonly id: string;
  readonly org_id: string | null;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly included: string[];
  readonly excluded: string[];
  readonly conditions: Condition | null;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const INSERT = `insert into segment
  (org_id, id, key, name, description, included, excluded, conditions, version, updated_at, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)`;
const UPDATE = `update segment set name = $3, description = $4, included = $5, excluded = $6, conditions = $7,
  version = $8, updated_at = $9
  where ${ofScope('segment')} and id = $2 and version = $8::int - 1 and deleted_at is null returning id`;
const REMOVE = `update segment set deleted_at = $3, updated_at = $3
  where ${ofScope('segment')} and id = $2 and deleted_at is null returning id`;
const IN_REACH = `select key from segment
  where (org_id = $1::uuid or org_id is null) and key = any($2) and deleted_at is null`;
const USING = `select org_id, key from segment where ($1::uuid is null or org_id = $1::uuid) and deleted_at is null
  and jsonb_path_exists(conditions, '$.** ? (@.segment == $key)', jsonb_build_object('key', $2::text)) order by key`;
const GRAPH = `select key, conditions from segment
  where ${ofScope('segment')} and deleted_at is null and jsonb_path_exists(conditions, '$.**.segment')`;

export class SegmentStore implements Segments {
  readonly #orgId: string | null;

  constructor(
    private readonly manager: EntityManager,
    scope: Scope,
  ) {
    this.#orgId = orgIdOf(scope);
  }

  async find(key: string): Promise<Segment | undefined> {
    const sql = `select * from segment where ${ofScope('segment')} and key = $2 and deleted_at is null`;
    const row = await rowOf<SegmentRow>(this.manager, sql, [this.#orgId, key]);
    return row && toSegment(row);
  }

  async insert(segment: Segment): Promise<void> {
    await this.manager.query(INSERT, [this.#orgId, segment.id, segment.key, ...toColumns(segment)]);
  }

  async save(segment: Segment): Promise<void> {
    const rows = await rowsOf(this.manager, UPDATE, [this.#orgId, segment.id, ...toColumns(segment)]);
    expectOne(rows, `The segment ${segment.key}`);
  }

  async remove({ id, key }: Segment, at: Date): Promise<void> {
    expectOne(await rowsOf(this.manager, REMOVE, [this.#orgId, id, at]), `The segment ${key}`);
  }

  async inReach(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await rowsOf<{ key: string }>(this.manager, IN_REACH, [this.#orgId, keys]);
    return new Set(rows.map(({ key }) => key));
  }

  async using(key: string): Promise<readonly string[]> {
    const rows = await rowsOf<{ key: string }>(this.manager, USING, [this.#orgId, key]);
    return rows.map((row) => row.key);
  }

  async graph(): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await rowsOf<Pick<SegmentRow, 'key' | 'conditions'>>(this.manager, GRAPH, [this.#orgId]);
    return new Map(rows.map(({ key, conditions }) => [key, segmentsIn(conditions ?? undefined)]));
  }
}

export function toSegment(row: SegmentRow): Segment {
  return {
    id: row.id,
    scope: scopeOfRow(row.org_id),
    key: row.key,
    name: row.name,
    description: row.description ?? undefined,
    included: row.included,
    excluded: row.excluded,
    conditions: row.conditions ?? undefined,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toColumns({
  name,
  description,
  included,
  excluded,
  conditions,
  version,
  updatedAt,
}: Segment): readonly unknown[] {
  const members = [included, excluded, conditions].map((json) => (json === undefined ? null : JSON.stringify(json)));
  return [name, description ?? null, ...members, version, updatedAt];
}
