import { segmentsIn } from '#libs/kernel';
import type { Condition, Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import type { Segments } from '../application/ports/stores.js';
import type { Segment } from '../domain/targeting/segment.js';
import { CANDIDATES, firstUses } from './first-uses.js';
import { SoftDeletedRows, softDeletedTable, type SoftDeletedRow } from './soft-deleted-rows.js';
import { ofScope, rowOf, rowsOf, scopeOfRow } from './sql.js';

export interface SegmentRow extends SoftDeletedRow {
  readonly key: string;
  readonly included: string[];
  readonly excluded: string[];
  readonly conditions: Condition | null;
}

const TABLE = softDeletedTable<Segment, SegmentRow>({
  name: 'segment',
  lookup: 'key',
  fixed: { key: ({ key }) => key },
  edited: {
    name: ({ name }) => name,
    description: ({ description }) => description ?? null,
    included: ({ included }) => JSON.stringify(included),
    excluded: ({ excluded }) => JSON.stringify(excluded),
    conditions: ({ conditions }) => (conditions === undefined ? null : JSON.stringify(conditions)),
  },
  toObject: toSegment,
  label: ({ key }) => `The segment ${key}`,
});
const COUNT = `select count(*)::int as n from segment where ${ofScope('segment')} and deleted_at is null`;
const IN_REACH = `select key from segment
  where (org_id = $1::uuid or org_id is null) and key = any($2) and deleted_at is null`;
/** $2 segment, $3 the id to start after, $4 the number of rows. */
const WITH_SEGMENT = `select id, key, conditions from segment
  where ($1::uuid is null or org_id = $1::uuid) and deleted_at is null
    and jsonb_path_exists(conditions, '$.** ? (@.segment == $key)', jsonb_build_object('key', $2::text))
    and ($3::uuid is null or id > $3::uuid) order by id limit $4`;
const GRAPH = `select key, conditions from segment
  where ${ofScope('segment')} and deleted_at is null and jsonb_path_exists(conditions, '$.**.segment')`;

export class PostgresSegments extends SoftDeletedRows<Segment, SegmentRow> implements Segments {
  constructor(manager: EntityManager, scope: Scope) {
    super(manager, scope, TABLE);
  }

  async count(): Promise<number> {
    const row = await rowOf<{ readonly n: number }>(this.manager, COUNT, [this.orgId]);
    return row?.n ?? 0;
  }

  async inReach(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await rowsOf<{ key: string }>(this.manager, IN_REACH, [this.orgId, keys]);
    return new Set(rows.map(({ key }) => key));
  }

  async using(key: string): Promise<readonly string[]> {
    type Row = Pick<SegmentRow, 'id' | 'key' | 'conditions'>;
    const uses = await firstUses<Row>(
      (after) => rowsOf<Row>(this.manager, WITH_SEGMENT, [this.orgId, key, after?.id ?? null, CANDIDATES]),
      ({ conditions }) => segmentsIn(conditions).includes(key),
    );
    return uses.map((row) => row.key).toSorted();
  }

  async graph(): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await rowsOf<Pick<SegmentRow, 'key' | 'conditions'>>(this.manager, GRAPH, [this.orgId]);
    const edges = rows.map(({ key, conditions }) => [key, segmentsIn(conditions)] as const);
    return new Map(edges.filter(([, used]) => used.length > 0));
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
