import { roleName } from '../pool/settings.js';

const SETTING = `current_setting('app.org_id', true)`;
/** NULL for the platform and without a scope: a setting of an earlier transaction in the session reads as ''. */
const CURRENT_ORG = `nullif(nullif(${SETTING}, ''), 'platform')::uuid`;
const VISIBLE = `(org_id is null or org_id = ${CURRENT_ORG})`;
const OWN = `(coalesce(${SETTING}, '') <> '' and org_id is not distinct from ${CURRENT_ORG})`;

/**
 * Returns the SQL that isolates organizations in a table with a column `org_id uuid` (NULL: a platform row). The app role reads
 * the rows of its organization and of the platform, and writes only those of the scope of its transaction; without a scope it
 * reads platform rows and writes none. The UPDATE policy shows platform rows, since FOR SHARE needs that; its check still refuses
 * to change them. A trigger refuses to move a row to another organization, which the check alone would allow. Row-level security
 * is forced for the owner as well. A migration that backfills such a table must run `alter table x no force row level security`,
 * change the rows, and force it again, in one transaction.
 */
export function tenantTable(service: string, table: string): string {
  const app = roleName(service, 'app');
  return `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy app_select on ${table} for select to ${app} using ${VISIBLE};
    create policy app_insert on ${table} for insert to ${app} with check ${OWN};
    create policy app_update on ${table} for update to ${app} using ${VISIBLE} with check ${OWN};
    create policy app_delete on ${table} for delete to ${app} using ${OWN};
    create policy system_rows on ${table} to ${roleName(service, 'system')} using (true) with check (true);
    create or replace function refuse_org_change() returns trigger language plpgsql as $$
      begin raise exception 'org_id of % never changes', tg_table_name using errcode = 'insufficient_privilege'; end $$;
    create trigger org_never_changes before update on ${table} for each row
      when (old.org_id is distinct from new.org_id) execute function refuse_org_change();`;
}

/**
 * Returns the SQL that makes a query on a large tenant table read its scope once instead of for each row, which takes 0.3 µs per
 * row: more than counting the row. The same rows stay visible.
 */
export function readScopeOnce(table: string): string {
  return `alter policy app_select on ${table} using (org_id is null or org_id = (select ${CURRENT_ORG}));`;
}

/**
 * Returns the SQL of the tables of outbox, inbox and idempotency keys. The app role may insert into the outbox, and has no other
 * rights on them. An answer is stored as `json`, since `jsonb` would change the order of its fields.
 */
export function platformTables(service: string): string {
  const app = roleName(service, 'app');
  return `
    create table outbox (
      id uuid primary key,
      seq bigint generated always as identity,
      subject text not null,
      type text not null,
      payload text not null,
      headers jsonb not null,
      created_at timestamptz not null default now()
    );
    create index outbox_seq on outbox (seq);
    create table inbox (
      consumer text not null,
      fact_id uuid not null,
      handled_at timestamptz not null default now(),
      primary key (consumer, fact_id)
    );
    create index inbox_handled_at on inbox (handled_at);
    create table inbox_entity (
      consumer text not null,
      entity text not null,
      version bigint not null,
      primary key (consumer, entity)
    );
    create table idempotency (
      caller text not null,
      route text not null,
      key text not null,
      fingerprint text not null,
      answer json not null,
      created_at timestamptz not null default now(),
      primary key (caller, route, key)
    );
    create index idempotency_created_at on idempotency (created_at);
    revoke all on outbox, inbox, inbox_entity, idempotency from ${app};
    grant insert on outbox to ${app};`;
}
