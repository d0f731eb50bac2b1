import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The replays of dead letters; the dead letters themselves are in the stream. */
export class DeadLetterReplays1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table dead_letter_replay (
        dead_letter_id text primary key,
        replayed_at timestamptz not null default now()
      );
      create index dead_letter_replay_replayed_at on dead_letter_replay (replayed_at);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table dead_letter_replay');
  }
}
