import { roleName } from '#libs/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The epoch belongs to the whole database: transactions of organizations read it, and the system role replaces it. */
export class EpochRights1764800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      revoke insert, update, delete on epoch from ${roleName('flags', 'app')};
      revoke delete on epoch from ${roleName('flags', 'system')};`);
  }

  async down(): Promise<void> {
    // Migrations are never reverted: a service of the version before works with these rights.
  }
}
