import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By what an epoch knows the database it began in; NULL where the server does not tell. */
export class EpochBirth1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table epoch add column birth text`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone: restore a backup');
  }
}
