import { roleName } from '#libs/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const APP = roleName('audit', 'app');
const SETTING = `current_setting('app.org_id', true)`;
/** A transaction sees the rows of its own scope alone. Read once per query instead of for each row. */
const OWN = `(select coalesce(${SETTING}, '')) <> '' and
  org_id is not distinct from (select nullif(nullif(${SETTING}, ''), 'platform')::uuid)`;
const ON_PLATFORM = `(select ${SETTING}) = 'platform'`;

/**
 * Elsewhere organizations read the rows of the platform, which they share. Here those rows are the audit log of super admins: they
 * are visible to transactions of the platform alone, and so are the replays of dead letters.
 */
export class OwnRows1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter policy app_select on entry using (${OWN});
      alter policy app_select on chain_head using (${OWN});
      alter policy app_update on chain_head using (${OWN});
      alter table dead_letter_replay enable row level security;
      alter table dead_letter_replay force row level security;
      create policy app_rows on dead_letter_replay to ${APP} using (${ON_PLATFORM}) with check (${ON_PLATFORM});
      create policy system_rows on dead_letter_replay to ${roleName('audit', 'system')} using (true) with check (true);
      revoke update on dead_letter_replay from ${APP}, ${roleName('audit', 'system')};
      revoke insert, update on chain_head from ${APP};`);
  }

  async down(): Promise<void> {
    // Migrations are never reverted: a service of the version before works with these rights.
  }
}
