import { parseEmail } from '#libs/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The last use of a session, for the list in which people recognise their own; absent for older sessions until they are renewed. And
 * the normal form of e-mail addresses.
 */
export class AddSessionUses1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table session add column used_at timestamptz, add column address text, add column user_agent text`);
    await runner.query(`create index session_listed on session (user_id, created_at, id) where ended_at is null`);
    await normalizeEmails(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index session_listed`);
    await runner.query(`alter table session drop column used_at, drop column address, drop column user_agent`);
  }
}

/** Addresses outside ASCII were stored as they were typed. One whose normal form another person has stays as it is. */
async function normalizeEmails(runner: QueryRunner): Promise<void> {
  const typed = `select id, email from app_user where email ~ '[^ -~]' or email like '%xn--%'`;
  for (const { id, email } of (await runner.query(typed)) as { id: string; email: string }[]) {
    const normal = parseEmail(email);
    if (normal === undefined || normal === email) continue;
    await runner.query(
      `update app_user set email = $2 where id = $1
        and not exists (select 1 from app_user as other where lower(other.email) = lower($2) and other.id <> $1)`,
      [id, normal],
    );
  }
}
