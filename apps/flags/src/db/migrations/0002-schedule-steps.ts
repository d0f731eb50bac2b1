import { tenantTable } from '#libs/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `environment` is empty in the steps of strategies. */
const TABLE = `
  create table schedule_step (
    scope text not null,
    org_id uuid,
    ref text not null,
    environment text not null,
    start_at timestamptz not null,
    primary key (scope, ref, environment, start_at),
    check (scope = coalesce(org_id::text, 'platform'))
  );
  create index schedule_step_start on schedule_step (start_at);`;

/** Steps that are scheduled already. Row-level security applies to the owner too, so it is lifted once for this query. */
const BACKFILL = `
  alter table flag no force row level security;
  alter table flag_config no force row level security;
  alter table strategy no force row level security;
  insert into schedule_step (scope, org_id, ref, environment, start_at)
    select coalesce(flag.org_id::text, 'platform'), flag.org_id, 'flag:' || flag.key, flag_config.environment,
      (step ->> 'start_at')::timestamptz
    from flag join flag_config on flag_config.flag_id = flag.id
      cross join jsonb_path_query(flag_config.rules, '$[*].schedule.steps[*]') as step
    where (step ->> 'start_at')::timestamptz > now()
  union
    select coalesce(org_id::text, 'platform'), org_id, 'strategy:' || id, '', (step ->> 'start_at')::timestamptz
    from strategy cross join jsonb_path_query(body, '$.schedule.steps[*]') as step
    where (step ->> 'start_at')::timestamptz > now() and deleted_at is null;
  alter table flag force row level security;
  alter table flag_config force row level security;
  alter table strategy force row level security;`;

/** Indexes for the purge of deleted rows. */
const DELETED = `
  create index flag_config_environment on flag_config (environment);
  ${['environment', 'strategy', 'segment', 'kill_switch']
    .map((table) => `create index ${table}_deleted on ${table} (deleted_at) where deleted_at is not null;`)
    .join('\n')}`;

/** The next steps of schedules, so that they are found without reading every rule. */
export class ScheduleSteps1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query([TABLE, BACKFILL, tenantTable('flags', 'schedule_step'), DELETED].join('\n'));
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone: restore a backup');
  }
}
