import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What OpenFeature clients get beside a flag's value. Processes of the version before write flags without it. */
export class FlagMetadata1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table flag add column metadata jsonb not null default '{}'`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone: restore a backup');
  }
}
