import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The settings of an organization for its events: whether addresses are stored, and after how many days events are deleted. */
export class AddEventSettings1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table organization
        add column capture_ip boolean not null default false,
        add column event_retention_days int not null default 365
          constraint organization_event_retention check (event_retention_days between 1 and 3650)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table organization drop column capture_ip, drop column event_retention_days`);
  }
}
