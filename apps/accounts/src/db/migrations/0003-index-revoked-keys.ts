import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Edge processes ask for the newest revocations every 2 s. */
export class IndexRevokedKeys1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index api_key_revoked on api_key (revoked_at) where revoked_at is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index api_key_revoked`);
  }
}
