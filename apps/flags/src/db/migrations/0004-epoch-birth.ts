import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Identifies the database that an epoch began in; NULL on servers that do not give this information. */
export class EpochBirth1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table epoch add column birth text`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone: restore a backup');
  }
}
