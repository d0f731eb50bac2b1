import type { FlagMetadata, FlagType, Prerequisite, Scope, Variant } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import type { Dependent, Flags } from '../application/ports/stores.js';
import type { Flag } from '../domain/flags/flag.js';
import type { PrerequisiteGraph, VariantsInReach } from '../domain/flags/prerequisites.js';
import { expectOne } from './expect-one.js';
import { ofScope, orgIdOf, rowOf, rowsOf, scopeOfRow } from './sql.js';

export interface FlagRow {
  readonly id: string;
  readonly org_id: string | null;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly type: FlagType;
  readonly tags: string[];
  readonly maintainer_user_id: string | null;
  readonly variants: Variant[];
  readonly default_variant: string;
  readonly prerequisites: Prerequisite[];
  readonly salt: string;
  readonly metadata: FlagMetadata;
  readonly exposure_tracking: boolean;
  readonly permanent: boolean;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly archived_at: Date | null;
}

const INSERT = `insert into flag (org_id, id, key, type, created_at, name, description, tags, maintainer_user_id, variants,
  default_variant, prerequisites, salt, exposure_tracking, permanent, version, updated_at, archived_at,
  metadata)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`;
const UPDATE = `update flag set name = $3, description = $4, tags = $5, maintainer_user_id = $6, variants = $7,
  default_variant = $8, prerequisites = $9, salt = $10, exposure_tracking = $11, permanent = $12, version = $13,
  updated_at = $14, archived_at = $15, metadata = $16
  where ${ofScope('flag')} and id = $2 and version = $13::int - 1 returning id`;
const COUNT = `select count(*)::int as n from flag where ${ofScope('flag')}`;
const REMOVE = `delete from flag where ${ofScope('flag')} and id = $2 and version = $3 returning id`;
/** A live platform flag hides the organization's flag of the same key. */
const IN_REACH = `select distinct on (key) key, variants from flag
  where (org_id = $1::uuid or org_id is null) and key = any($2) and archived_at is null order by key, org_id nulls first`;
const GRAPH = `select key, prerequisites from flag where ${ofScope('flag')} and archived_at is null and prerequisites <> '[]'`;
const DEPENDENTS = `select org_id, key, prerequisites from flag
  where ($1::uuid is null or org_id = $1::uuid) and archived_at is null and prerequisites @> $2::jsonb order by key`;

export class PostgresFlags implements Flags {
  readonly #orgId: string | null;

  constructor(
    private readonly manager: EntityManager,
    scope: Scope,
  ) {
    this.#orgId = orgIdOf(scope);
  }

  async find(key: string): Promise<Flag | undefined> {
    const sql = `select * from flag where ${ofScope('flag')} and key = $2`;
    const row = await rowOf<FlagRow>(this.manager, sql, [this.#orgId, key]);
    return row && toFlag(row);
  }

  async count(): Promise<number> {
    const row = await rowOf<{ readonly n: number }>(this.manager, COUNT, [this.#orgId]);
    return row?.n ?? 0;
  }

  async insert(flag: Flag): Promise<void> {
    await this.manager.query(INSERT, [this.#orgId, flag.id, flag.key, flag.type, flag.createdAt, ...toColumns(flag)]);
  }

  async save(flag: Flag): Promise<void> {
    expectOne(await rowsOf(this.manager, UPDATE, [this.#orgId, flag.id, ...toColumns(flag)]), `The flag ${flag.key}`);
  }

  async remove({ id, key, version }: Flag): Promise<void> {
    expectOne(await rowsOf(this.manager, REMOVE, [this.#orgId, id, version]), `The flag ${key}`);
  }

  async variantsInReach(keys: readonly string[]): Promise<VariantsInReach> {
    const rows = await rowsOf<Pick<FlagRow, 'key' | 'variants'>>(this.manager, IN_REACH, [this.#orgId, keys]);
    return new Map(rows.map(({ key, variants }) => [key, variants.map(({ name }) => name)]));
  }

  async prerequisiteGraph(): Promise<PrerequisiteGraph> {
    const rows = await rowsOf<Pick<FlagRow, 'key' | 'prerequisites'>>(this.manager, GRAPH, [this.#orgId]);
    return new Map(rows.map(({ key, prerequisites }) => [key, prerequisites.map(({ flag_key }) => flag_key)]));
  }

  async dependents(key: string): Promise<readonly Dependent[]> {
    const requires = JSON.stringify([{ flag_key: key }]);
    type Row = Pick<FlagRow, 'org_id' | 'key' | 'prerequisites'>;
    const rows = await rowsOf<Row>(this.manager, DEPENDENTS, [this.#orgId, requires]);
    return rows.flatMap((row) =>
      row.prerequisites
        .filter(({ flag_key }) => flag_key === key)
        .map(({ required_variant }) => ({
          scope: scopeOfRow(row.org_id),
          key: row.key,
          requiredVariant: required_variant,
        })),
    );
  }
}

export function toFlag(row: FlagRow): Flag {
  return {
    id: row.id,
    scope: scopeOfRow(row.org_id),
    key: row.key,
    name: row.name,
    description: row.description ?? undefined,
    type: row.type,
    tags: row.tags,
    maintainerUserId: row.maintainer_user_id ?? undefined,
    variants: row.variants,
    defaultVariant: row.default_variant,
    prerequisites: row.prerequisites,
    salt: row.salt,
    metadata: row.metadata,
    exposureTracking: row.exposure_tracking,
    permanent: row.permanent,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at ?? undefined,
  };
}

function toColumns(flag: Flag): readonly unknown[] {
  return [
    flag.name,
    flag.description ?? null,
    flag.tags,
    flag.maintainerUserId ?? null,
    JSON.stringify(flag.variants),
    flag.defaultVariant,
    JSON.stringify(flag.prerequisites),
    flag.salt,
    flag.exposureTracking,
    flag.permanent,
    flag.version,
    flag.updatedAt,
    flag.archivedAt ?? null,
    JSON.stringify(flag.metadata),
  ];
}
