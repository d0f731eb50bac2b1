import { refsOfRules, type DocumentRef, type Rule, type Scope } from '#libs/contracts';
import { prepared } from '#libs/postgres';
import type { EntityManager } from 'typeorm';
import type { Configs, ConfiguredFlag, ConfigUse } from '../application/ports/stores.js';
import type { FlagConfig, Targets } from '../domain/flags/flag-config.js';
import { byText } from '../domain/by-text.js';
import { expectOne } from './expect-one.js';
import { CANDIDATES, firstUses } from './first-uses.js';
import { ofScope, orgIdOf, rowsOf } from './sql.js';

interface ConfigRow {
  readonly flag_id: string;
  readonly environment: string;
  readonly enabled: boolean;
  readonly rules: Rule[];
  readonly targets: Targets;
  readonly version: number;
  readonly step: number;
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

/**
 * Configs of live flags in live environments, and of the platform, whose configs are named after environments. An archived flag
 * holds nothing. $1 organization, $2 name, $3 and $4 the position to start after, $5 the number of rows.
 */
const candidates = (condition: string): string => `
  select flag.id, flag.key, flag_config.environment, flag_config.rules from flag_config
  join flag on flag.id = flag_config.flag_id
  left join environment on environment.org_id = flag_config.org_id and environment.id::text = flag_config.environment
  where ($1::uuid is null or flag_config.org_id = $1::uuid) and flag.archived_at is null
    and (flag_config.org_id is null or environment.deleted_at is null) and ${condition}
    and ($3::uuid is null or (flag.id, flag_config.environment) > ($3::uuid, $4::text))
  order by flag.id, flag_config.environment limit $5`;
const WITH_STRATEGY = candidates(`flag_config.rules @> jsonb_build_array(jsonb_build_object('strategy_id', $2::text))`);
const WITH_SEGMENT = candidates(
  `jsonb_path_exists(flag_config.rules, '$[*].conditions.** ? (@.segment == $key)', jsonb_build_object('key', $2::text))`,
);

const SAVE_STEPS = `update flag_config set step = given.step
  from jsonb_to_recordset($2::jsonb) as given(flag_id uuid, environment text, step int)
  where ${ofScope('flag_config')} and flag_config.flag_id = given.flag_id and flag_config.environment = given.environment`;
const FLAGS_IN = `select flag.id, flag.key from flag_config join flag on flag.id = flag_config.flag_id
  where ${ofScope('flag_config')} and flag_config.environment = $2 order by flag.id limit $3`;
const REMOVE = `delete from flag_config where ${ofScope('flag_config')} and environment = $2 and flag_id = any($3::uuid[])`;

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

  async saveSteps(configs: readonly FlagConfig[]): Promise<void> {
    await this.manager.query(SAVE_STEPS, [this.#orgId, JSON.stringify(configs.map(toRecord))]);
  }

  flagsIn(environment: string, limit: number): Promise<readonly ConfiguredFlag[]> {
    return rowsOf<ConfiguredFlag>(this.manager, FLAGS_IN, [this.#orgId, environment, limit]);
  }

  async remove(environment: string, flagIds: readonly string[]): Promise<void> {
    await this.manager.query(REMOVE, [this.#orgId, environment, flagIds]);
  }

  usingStrategy(strategyId: string): Promise<readonly ConfigUse[]> {
    return this.#uses(WITH_STRATEGY, strategyId, `strategy:${strategyId}`);
  }

  usingSegment(key: string): Promise<readonly ConfigUse[]> {
    return this.#uses(WITH_SEGMENT, key, `segment:${key}`);
  }

  async #uses(sql: string, name: string, ref: DocumentRef): Promise<readonly ConfigUse[]> {
    type Row = { id: string; key: string; environment: string; rules: Rule[] };
    const uses = await firstUses<Row>(
      (after) =>
        rowsOf<Row>(this.manager, sql, [this.#orgId, name, after?.id ?? null, after?.environment ?? null, CANDIDATES]),
      ({ rules }) => refsOfRules(rules).has(ref),
    );
    return uses
      .map(({ key, environment }) => ({ flagKey: key, environment }))
      .toSorted(byText(({ flagKey, environment }) => `${flagKey} ${environment}`));
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
    step: row.step === 0 ? undefined : row.step,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}

function toRecord({ flagId, updatedAt, updatedBy, ...config }: FlagConfig): object {
  return { ...config, flag_id: flagId, updated_at: updatedAt, updated_by: updatedBy };
}
