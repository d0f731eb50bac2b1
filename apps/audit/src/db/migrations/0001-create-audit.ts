import { platformTables, tenantTable } from '#libs/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SERVICE = 'audit';
const ROLES = `loom_${SERVICE}_app, loom_${SERVICE}_system`;

/**
 * Entries are added and read, never changed: the roles have no right to, and a trigger rejects changes by any role, the owner
 * included. Only the head of a chain is updated. Columns exist for queries; the entry itself is `text`, the bytes that were hashed.
 */
export class CreateAudit1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table chain_head (
        scope text primary key,
        org_id uuid,
        seq bigint not null,
        hash bytea not null check (octet_length(hash) = 32),
        updated_at timestamptz not null default now(),
        check (scope = coalesce(org_id::text, 'platform'))
      );
      create table entry (
        id uuid primary key,
        org_id uuid,
        seq bigint not null check (seq > 0),
        timestamp timestamptz not null,
        event text not null,
        severity text not null,
        actor_id text not null,
        resource_type text not null,
        resource_key text,
        environment text,
        request_id text not null,
        text text not null,
        hash bytea not null check (octet_length(hash) = 32)
      );
      create unique index entry_seq on entry (org_id, seq) nulls not distinct;
      create index entry_timestamp on entry (org_id, timestamp);
      create index entry_event on entry (org_id, event, seq);
      create index entry_actor on entry (org_id, actor_id, seq);
      create index entry_resource on entry (org_id, resource_type, resource_key, seq);
      create index entry_resource_key on entry (org_id, resource_key, seq);
      create index entry_environment on entry (org_id, environment, seq);
      create index entry_severity on entry (org_id, severity, seq);
      create index entry_request on entry (org_id, request_id, seq);
      revoke update, delete, truncate on entry from ${ROLES};
      revoke delete, truncate on chain_head from ${ROLES};
      create function refuse_change() returns trigger language plpgsql as $$
        begin raise exception 'audit entries are never changed' using errcode = 'insufficient_privilege'; end $$;
      create trigger entry_never_changes before update or delete on entry for each row execute function refuse_change();
      create trigger entry_never_emptied before truncate on entry for each statement execute function refuse_change();
      ${tenantTable(SERVICE, 'chain_head')}
      ${tenantTable(SERVICE, 'entry')}
      ${platformTables(SERVICE)}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table entry, chain_head, outbox, inbox, inbox_entity, idempotency;
      drop function refuse_change()`);
  }
}
