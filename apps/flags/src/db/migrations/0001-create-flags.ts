import { platformTables, tenantTable } from '#libs/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TENANT_TABLES = [
  'counter', 'environment', 'flag', 'flag_config', 'flag_version', 'kill_switch', 'strategy', 'segment',
] as const; // prettier-ignore

/** A unique index treats two NULLs as different, so the platform's rows have an index of their own. */
const unique = (table: string, column: string, where = 'true'): string => `
  create unique index ${table}_org_${column} on ${table} (org_id, ${column}) where org_id is not null and ${where};
  create unique index ${table}_platform_${column} on ${table} (${column}) where org_id is null and ${where};`;

const COUNTING = `
  create table epoch (is_only boolean primary key default true check (is_only), value text not null);
  create table counter (
    scope text primary key,
    org_id uuid,
    version bigint not null,
    check (scope = coalesce(org_id::text, 'platform'))
  );
  insert into counter (scope, version) values ('platform', 0);`;

const ENVIRONMENTS = `
  create table environment (
    id uuid primary key,
    org_id uuid not null,
    name text not null,
    protected boolean not null,
    position int not null,
    version int not null,
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
  );
  create index environment_org on environment (org_id, name) where deleted_at is null;`;

const FLAGS = `
  create table flag (
    id uuid primary key,
    org_id uuid,
    key text not null collate "C",
    name text not null,
    description text,
    type text not null,
    tags text[] not null,
    maintainer_user_id uuid,
    variants jsonb not null,
    default_variant text not null,
    prerequisites jsonb not null,
    salt text not null,
    exposure_tracking boolean not null,
    permanent boolean not null,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    archived_at timestamptz
  );
  ${unique('flag', 'key')}
  create index flag_page on flag (org_id, created_at, id);
  create index flag_prerequisites on flag using gin (prerequisites jsonb_path_ops);
  create table flag_config (
    flag_id uuid not null references flag (id) on delete cascade,
    environment text not null,
    org_id uuid,
    enabled boolean not null,
    rules jsonb not null,
    targets jsonb not null,
    version int not null,
    updated_at timestamptz not null,
    updated_by text not null,
    primary key (flag_id, environment)
  );
  create index flag_config_rules on flag_config using gin (rules jsonb_path_ops);
  create table flag_version (
    id uuid primary key default gen_random_uuid(),
    flag_id uuid not null references flag (id) on delete cascade,
    org_id uuid,
    seq int not null,
    environment text,
    version int not null,
    ruleset_version bigint not null,
    snapshot jsonb not null,
    author jsonb not null,
    note text,
    created_at timestamptz not null,
    unique (flag_id, seq)
  );`;

const KILL_SWITCHES = `
  create table kill_switch (
    id uuid primary key,
    org_id uuid,
    key text not null collate "C",
    name text not null,
    description text,
    linked_flag_keys text[] not null,
    is_active boolean not null,
    activated_at timestamptz,
    activated_by text,
    activation_reason text,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz
  );
  ${unique('kill_switch', 'key', 'deleted_at is null')}
  create index kill_switch_page on kill_switch (org_id, created_at, id) where deleted_at is null;`;

const STRATEGIES_AND_SEGMENTS = `
  create table strategy (
    id uuid primary key,
    org_id uuid,
    name text not null,
    description text,
    body jsonb not null,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz
  );
  create index strategy_page on strategy (org_id, created_at, id) where deleted_at is null;
  create table segment (
    id uuid primary key,
    org_id uuid,
    key text not null collate "C",
    name text not null,
    description text,
    included jsonb not null,
    excluded jsonb not null,
    conditions jsonb,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz
  );
  ${unique('segment', 'key', 'deleted_at is null')}
  create index segment_page on segment (org_id, created_at, id) where deleted_at is null;`;

/** Flags and everything that is needed to evaluate them, the counters of their versions, and the history of flags. */
export class CreateFlags1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const walls = TENANT_TABLES.map((table) => tenantTable('flags', table)).join('\n');
    const tables = [COUNTING, ENVIRONMENTS, FLAGS, KILL_SWITCHES, STRATEGIES_AND_SEGMENTS].join('\n');
    await runner.query(`${tables}\n${walls}\n${platformTables('flags')}`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone: restore a backup');
  }
}
