import type { Rule, Scope } from '#libs/contracts';
import { prepared } from '#libs/postgres';
import type { EntityManager } from 'typeorm';
import type { Configs, ConfigUse } from '../application/ports/stores.js';
import type { FlagConfig, Targets } from '../domain/flags/flag-config.js';
import { expectOne } from './expect-one.js';
import { ofScope, orgIdOf, rowsOf } from './sql.js';

interface ConfigRow {
  readonly flag_id: string;
  readonly environment: string;
  readonly enabled: boolean;
  readonly rules: Rule[];
  readonly targets: Targets;
  readonly version: number;
  readonly updated_at: Date;
  readonly updated_by: string;
}

/** All configs in one statement. Each must be new, or exactly one version ahead of the stored one. */
const SAVE = prepared(
  'config_save',
  `insert into flag_config as stored
  (org_id, flag_id, environment, enabled, rules, targets, version, updated_at, updated_by)
  select $1::uuid, given.* from jsonb_to_recordset($2::jsonb) as given(flag_id uuid, environment text, enabled boolean,
    rules jsonb, targets jsonb, version int, updated_at timestamptz, updated_by text)
  on conflict (flag_id, environment) do update set enabled = excluded.enabled, rules = excluded.rules,
    targets = excluded.targets, version = excluded.version, updated_at = excluded.updated_at,
    updated_by = excluded.updated_by
  where stored.version = excluded.version - 1 returning environment`,
);

/** Uses by configs of live environments, and by the platform's configs, which are named after environments. */
const uses = (condition: string): string => `
  select flag.key, flag_config.environment from flag_config
  join flag on flag.id = flag_config.flag_id
  left join environment on environment.org_id = flag_config.org_id and environment.id::text = flag_config.environment
  where ($1::uuid is null or flag_config.org_id = $1::uuid)
    and (flag_config.org_id is null or environment.deleted_at is null) and ${condition}
  order by flag.key, flag_config.environment`;
const USING_STRATEGY = uses(`flag_config.rules @> jsonb_build_array(jsonb_build_object('strategy_id', $2::text))`);
const USING_SEGMENT = uses(
  `jsonb_path_exists(flag_config.rules, '$[*].conditions.** ? (@.segment == $key)', jsonb_build_object('key', $2::text))`,
);

export class PostgresConfigs implements Configs {
  readonly #orgId: string | null;

  constructor(
    private readonly manager: EntityManager,
    scope: Scope,
  ) {
    this.#orgId = orgIdOf(scope);
  }

  async ofFlag(flagId: string): Promise<readonly FlagConfig[]> {
    const sql = `select * from flag_config where ${ofScope('flag_config')} and flag_id = $2 order by environment`;
    return (await rowsOf<ConfigRow>(this.manager, sql, [this.#orgId, flagId])).map(toConfig);
  }

  async save(configs: readonly FlagConfig[]): Promise<void> {
    if (configs.length === 0) return;
    const written = await rowsOf(this.manager, SAVE, [this.#orgId, JSON.stringify(configs.map(toRecord))]);
    if (written.length !== configs.length) expectOne([], 'The configuration');
  }

  usingStrategy(strategyId: string): Promise<readonly ConfigUse[]> {
    return this.#uses(USING_STRATEGY, strategyId);
  }

  usingSegment(key: string): Promise<readonly ConfigUse[]> {
    return this.#uses(USING_SEGMENT, key);
  }

  async #uses(sql: string, name: string): Promise<readonly ConfigUse[]> {
    type Row = { key: string; environment: string };
    const rows = await rowsOf<Row>(this.manager, sql, [this.#orgId, name]);
    return rows.map(({ key, environment }) => ({ flagKey: key, environment }));
  }
}

function toConfig(row: ConfigRow): FlagConfig {
  return {
    flagId: row.flag_id,
    environment: row.environment,
    enabled: row.enabled,
    rules: row.rules,
    targets: row.targets,
    version: row.version,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}

function toRecord({ flagId, updatedAt, updatedBy, ...config }: FlagConfig): object {
  return { ...config, flag_id: flagId, updated_at: updatedAt, updated_by: updatedBy };
}
