import type { RuleBody, Scope } from '#libs/contracts';
import { segmentsIn } from '#libs/kernel';
import type { EntityManager } from 'typeorm';
import type { Strategies } from '../application/ports/stores.js';
import type { Strategy } from '../domain/targeting/strategy.js';
import { CANDIDATES, firstUses } from './first-uses.js';
import { SoftDeletedRows, softDeletedTable, type SoftDeletedRow } from './soft-deleted-rows.js';
import { ofScope, rowsOf, scopeOfRow } from './sql.js';

export interface StrategyRow extends SoftDeletedRow {
  readonly body: RuleBody;
  readonly step: number;
}

const TABLE = softDeletedTable<Strategy, StrategyRow>({
  name: 'strategy',
  lookup: 'id::text',
  edited: {
    name: ({ name }) => name,
    description: ({ description }) => description ?? null,
    body: ({ body }) => JSON.stringify(body),
  },
  toObject: toStrategy,
  label: ({ name }) => `The strategy ${name}`,
});
const SAVE_STEP = `update strategy set step = $3 where ${ofScope('strategy')} and id = $2 and deleted_at is null`;
const IN_REACH = `select id from strategy
  where (org_id = $1::uuid or org_id is null) and id::text = any($2) and deleted_at is null`;
/** $2 segment, $3 the id to start after, $4 the number of rows. */
const WITH_SEGMENT = `select id, body from strategy
  where ($1::uuid is null or org_id = $1::uuid) and deleted_at is null
    and jsonb_path_exists(body, '$.conditions.** ? (@.segment == $key)', jsonb_build_object('key', $2::text))
    and ($3::uuid is null or id > $3::uuid) order by id limit $4`;

export class PostgresStrategies extends SoftDeletedRows<Strategy, StrategyRow> implements Strategies {
  constructor(manager: EntityManager, scope: Scope) {
    super(manager, scope, TABLE);
  }

  async saveStep({ id, step = 0 }: Strategy): Promise<void> {
    await this.manager.query(SAVE_STEP, [this.orgId, id, step]);
  }

  async inReach(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await rowsOf<{ id: string }>(this.manager, IN_REACH, [this.orgId, ids]);
    return new Set(rows.map(({ id }) => id));
  }

  async usingSegment(key: string): Promise<readonly string[]> {
    type Row = Pick<StrategyRow, 'id' | 'body'>;
    const uses = await firstUses<Row>(
      (after) => rowsOf<Row>(this.manager, WITH_SEGMENT, [this.orgId, key, after?.id ?? null, CANDIDATES]),
      ({ body }) => segmentsIn(body.conditions).includes(key),
    );
    return uses.map(({ id }) => id);
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
    step: row.step === 0 ? undefined : row.step,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
