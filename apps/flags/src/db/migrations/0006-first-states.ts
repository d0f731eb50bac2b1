import type { MigrationInterface, QueryRunner } from 'typeorm';

const TENANT_TABLES = ['environment', 'flag', 'flag_config', 'flag_version'] as const;

/** Steps of schedules are counted apart from versions; `cause` is NULL where the author is enough. */
const COLUMNS = `
  alter table flag_config add column step int not null default 0;
  alter table strategy add column step int not null default 0;
  alter table flag_version add column cause text check (cause in ('rollback', 'schedule'));`;

/**
 * The configs that were made with their flag, off and without rules, had no line of history. They get one before the flag's first:
 * 0, -1 and so on, since the numbers of existing lines are known to clients and to the audit log. Row-level security applies to the
 * owner too, so it is lifted once for this query.
 */
const FIRST_STATES = `
  ${TENANT_TABLES.map((table) => `alter table ${table} no force row level security;`).join('\n')}
  insert into flag_version (flag_id, org_id, seq, environment, version, ruleset_version, snapshot, author, created_at)
    select flag.id, flag.org_id, 1 - row_number() over (partition by flag.id order by environment.position, flag_config.environment),
      flag_config.environment, 1, line.ruleset_version,
      jsonb_build_object('flag_key', flag.key, 'environment', coalesce(environment.name, flag_config.environment),
        'enabled', false, 'rules', '[]'::jsonb, 'targets', '{}'::jsonb, 'version', 1,
        'updated_at', line.snapshot -> 'created_at', 'updated_by', line.author ->> 'id'),
      line.author, line.created_at
    from flag_config join flag on flag.id = flag_config.flag_id
      join flag_version as line on line.flag_id = flag.id and line.seq = 1 and line.environment is null
      left join environment on environment.org_id = flag.org_id and environment.id::text = flag_config.environment
    where not exists (select from flag_version as first
      where first.flag_id = flag.id and first.environment = flag_config.environment and first.version = 1);
  ${TENANT_TABLES.map((table) => `alter table ${table} force row level security;`).join('\n')}`;

/** History from the first state of every config, and steps of schedules that leave versions as they are. */
export class FirstStates1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`${COLUMNS}\n${FIRST_STATES}`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone: restore a backup');
  }
}
