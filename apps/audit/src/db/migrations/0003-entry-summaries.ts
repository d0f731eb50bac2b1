import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lists show of entries with large documents. Entries from before this migration have none; lists read their text. */
export class EntrySummaries1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table entry add column summary text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table entry drop column summary');
  }
}
