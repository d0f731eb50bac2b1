import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last use of a session, for the list in which people recognise their own. Absent for older sessions until they are renewed. */
export class AddSessionUses1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table session add column used_at timestamptz, add column address text, add column user_agent text`);
    await runner.query(`create index session_listed on session (user_id, created_at, id) where ended_at is null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index session_listed`);
    await runner.query(`alter table session drop column used_at, drop column address, drop column user_agent`);
  }
}
