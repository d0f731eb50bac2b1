import { tenantTable } from '#libs/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = `
  create table flag_item_key (
    scope text not null,
    org_id uuid,
    caller text not null,
    key text not null,
    flag_id uuid not null references flag (id) on delete cascade,
    draft jsonb not null,
    created_at timestamptz not null,
    primary key (scope, caller, key),
    check (scope = coalesce(org_id::text, 'platform'))
  );
  create index flag_item_key_flag on flag_item_key (flag_id);
  create index flag_item_key_created_at on flag_item_key (created_at);`;

/** The idempotency keys of bulk items, and the flags that they created. */
export class FlagItemKeys1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query([TABLE, tenantTable('flags', 'flag_item_key')].join('\n'));
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone: restore a backup');
  }
}
