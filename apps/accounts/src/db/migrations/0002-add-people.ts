import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People may be invited before they have a password; sessions may be narrowed. */
const PEOPLE = `
  alter table app_user alter column password_hash drop not null, add column invited_by text;
  create index app_user_listed on app_user (created_at, id);
  create table invitation (
    id uuid primary key,
    user_id uuid not null constraint invitation_user references app_user (id) on delete cascade,
    token_hash text not null constraint invitation_token_hash unique,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    expires_at timestamptz not null
  );
  create unique index invitation_of_user on invitation (user_id);
  alter table session add column scope text;`;

/** At most one row: a platform is set up once. */
const SETUP = `
  create table setup (
    singleton boolean primary key default true check (singleton),
    token_hash text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
  );`;

/** The last run of each periodic job, shared by all replicas. */
const JOBS = `
  create table job (
    name text primary key,
    ran_at timestamptz not null,
    updated_at timestamptz not null
  );
  create index refresh_token_expiring on refresh_token (expires_at);
  create index session_ended on session (ended_at) where ended_at is not null;
  create index member_deleted on member (deleted_at) where deleted_at is not null;
  create index environment_deleted on environment (deleted_at) where deleted_at is not null;`;

const KEYS = `
  alter table signing_key add column signs_from timestamptz;
  update signing_key set signs_from = created_at;
  alter table signing_key alter column signs_from set not null;`;

const SYSTEM_ONLY = `revoke all on invitation, setup, job from loom_accounts_app;`;

export class AddPeople1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [PEOPLE, SETUP, JOBS, KEYS, SYSTEM_ONLY]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table signing_key drop column signs_from;
      drop index refresh_token_expiring, session_ended, member_deleted, environment_deleted, app_user_listed;
      drop table job, setup, invitation;
      alter table session drop column scope;
      delete from app_user where password_hash is null;
      alter table app_user drop column invited_by, alter column password_hash set not null;`);
  }
}
