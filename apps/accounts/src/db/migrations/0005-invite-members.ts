import { tenantTable } from '#libs/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People may be locked. Only accounts hold an address: one pending person per address, beside the account that may have it. */
const PEOPLE = `
  alter table app_user
    add column locked_at timestamptz,
    add column can_sign_in boolean not null generated always as (password_hash is not null and locked_at is null) stored;
  drop index app_user_email;
  create unique index app_user_email on app_user (lower(email)) where password_hash is not null;
  create unique index app_user_pending_email on app_user (lower(email)) where password_hash is null;
  alter table invitation
    alter column user_id drop not null,
    drop constraint invitation_user,
    add constraint invitation_user foreign key (user_id) references app_user (id) on delete set null,
    add column accepted_by uuid,
    add column accepted_at timestamptz;
  create table password_reset (
    id uuid primary key,
    user_id uuid not null constraint password_reset_user references app_user (id) on delete cascade,
    token_hash text not null constraint password_reset_token_hash unique,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    expires_at timestamptz not null
  );
  create unique index password_reset_of_user on password_reset (user_id);
  revoke all on password_reset from loom_accounts_app;
  grant select (id, can_sign_in) on app_user to loom_accounts_app;`;

/** Invitations of organizations: a table of their own, so that no link reaches another organization or the platform. */
const INVITATIONS = `
  create table member_invitation (
    id uuid primary key,
    org_id uuid not null references organization (id),
    email text not null,
    role text not null check (role in ('admin', 'member')),
    permissions text[] not null,
    token_hash text not null constraint member_invitation_token_hash unique,
    invited_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_by uuid,
    accepted_at timestamptz
  );
  create unique index member_invitation_email on member_invitation (org_id, lower(email));
  create index member_invitation_listed on member_invitation (org_id, created_at, id);
  create index member_invitation_expiring on member_invitation (expires_at);
  alter table member add column invited_as text;`;

/**
 * People that were added before they had a password: the holder of the link of their first invitation would get what
 * any organization gave them. They become invitations without a usable link, which admins see and send again. Links that were
 * not made by super admins end.
 */
const PENDING = `
  alter table member no force row level security;
  alter table member_invitation no force row level security;
  insert into member_invitation
      (id, org_id, email, role, permissions, token_hash, invited_by, created_at, updated_at, expires_at)
    select gen_random_uuid(), m.org_id, u.email, m.role, m.permissions, 'none ' || m.id, 'migration', now(), now(),
      now() + interval '7 days'
    from member m join app_user u on u.id = m.user_id
    where u.password_hash is null and m.deleted_at is null;
  delete from member m using app_user u where u.id = m.user_id and u.password_hash is null;
  delete from invitation i using app_user u
    where u.id = i.user_id and u.password_hash is null
      and not exists (select 1 from app_user s where s.id::text = u.invited_by and s.is_super_admin and s.can_sign_in);
  delete from app_user u
    where u.password_hash is null
      and not exists (select 1 from app_user s where s.id::text = u.invited_by and s.is_super_admin and s.can_sign_in);
  alter table member force row level security;
  alter table member_invitation force row level security;`;

export class InviteMembers1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [PEOPLE, INVITATIONS, tenantTable('accounts', 'member_invitation'), PENDING])
      await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table member drop column invited_as;
      drop table password_reset, member_invitation;
      revoke select (id, can_sign_in) on app_user from loom_accounts_app;
      delete from invitation where user_id is null;
      alter table invitation drop column accepted_by, drop column accepted_at, alter column user_id set not null,
        drop constraint invitation_user,
        add constraint invitation_user foreign key (user_id) references app_user (id) on delete cascade;
      delete from app_user p using app_user u
        where p.password_hash is null and u.password_hash is not null and lower(p.email) = lower(u.email);
      drop index app_user_pending_email, app_user_email;
      create unique index app_user_email on app_user (lower(email));
      alter table app_user drop column can_sign_in, drop column locked_at;`);
  }
}
