import type { Logger } from '#libs/observability';
import { Inbox, type Database } from '#libs/postgres';
import type { Job } from './job-runner.js';

const PERIOD_MS = 3_600_000;

/** Deletes inbox rows of facts that no stream can deliver again, and expired idempotency keys. */
export function inboxPurge(database: Database, logger: Logger): Job {
  const inbox = new Inbox(database);
  const run = async (): Promise<void> => {
    const rows = await inbox.purge();
    if (rows > 0) logger.info({ service: database.service, rows }, 'the inbox was purged');
  };
  return { name: `purge of the inbox of ${database.service}`, everyMs: PERIOD_MS, firstAfterMs: PERIOD_MS, run };
}
