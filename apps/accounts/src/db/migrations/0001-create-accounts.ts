import { platformTables, tenantTable } from '#libs/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TENANT_TABLES = ['organization', 'environment', 'member', 'api_key'];

const ORGANIZATIONS = `
  create table organization (
    id uuid primary key,
    org_id uuid not null check (org_id = id),
    slug text not null constraint organization_slug unique,
    name text not null,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  );
  create index organization_listed on organization (created_at, id);
  create table environment (
    id uuid primary key,
    org_id uuid not null references organization (id),
    name text not null,
    color text,
    protected boolean not null,
    position int not null,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    unique (org_id, id)
  );
  create unique index environment_live_name on environment (org_id, name) where deleted_at is null;
  create index environment_listed on environment (org_id, created_at, id);`;

const PEOPLE = `
  create table app_user (
    id uuid primary key,
    email text not null,
    password_hash text not null,
    is_super_admin boolean not null,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  );
  create unique index app_user_email on app_user (lower(email));
  create table member (
    id uuid primary key,
    org_id uuid not null references organization (id),
    user_id uuid not null references app_user (id),
    role text not null check (role in ('admin', 'member')),
    permissions text[] not null,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz
  );
  create unique index member_live on member (org_id, user_id) where deleted_at is null;
  create index member_listed on member (org_id, created_at, id);
  create index member_of_user on member (user_id);`;

/** A key and its environment belong to one organization: the foreign key includes it, since foreign keys ignore row-level security. */
const KEYS = `
  create table api_key (
    id uuid primary key,
    org_id uuid not null references organization (id),
    environment_id uuid,
    key_type text not null check (key_type in ('flags_client', 'flags_server', 'analytics_write', 'analytics_rw')),
    name text not null,
    lookup_id text not null constraint api_key_lookup_id unique,
    key_hash text not null,
    allowed_origins text[] not null,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    last_used_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz,
    foreign key (org_id, environment_id) references environment (org_id, id)
  );
  create index api_key_listed on api_key (org_id, created_at, id);
  create index api_key_of_environment on api_key (org_id, environment_id);`;

const SESSIONS = `
  create table session (
    id uuid primary key,
    user_id uuid not null references app_user (id) on delete cascade,
    client_type text not null check (client_type in ('web', 'native')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    ended_at timestamptz
  );
  create index session_of_user on session (user_id);
  create table refresh_token (
    id uuid primary key,
    session_id uuid not null references session (id) on delete cascade,
    token_hash text not null constraint refresh_token_hash unique,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    successor_id uuid references refresh_token (id) on delete set null
  );
  create index refresh_token_of_session on refresh_token (session_id);
  create index refresh_token_of_successor on refresh_token (successor_id);
  create table signing_key (
    kid text primary key,
    public_jwk jsonb not null,
    private_key_sealed text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    retired_at timestamptz
  );`;

/** People, sessions and signing keys belong to no organization: the app role cannot read them at all. */
const SYSTEM_ONLY = `revoke all on app_user, session, refresh_token, signing_key from loom_accounts_app;`;

export class CreateAccounts1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const walls = TENANT_TABLES.map((table) => tenantTable('accounts', table));
    const steps = [ORGANIZATIONS, PEOPLE, KEYS, SESSIONS, ...walls, SYSTEM_ONLY, platformTables('accounts')];
    for (const sql of steps) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table inbox_entity, inbox, outbox, signing_key, refresh_token, session, api_key, member,
      app_user, environment, organization`);
  }
}
