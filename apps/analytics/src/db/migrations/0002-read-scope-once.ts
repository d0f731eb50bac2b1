import { readScopeOnce } from '#libs/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reads the scope once per statement instead of once per row: counting by a property reads every event of an organization. */
export class ReadScopeOnce1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readScopeOnce('event') + readScopeOnce('event_hour'));
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone: restore a backup');
  }
}
