import { PLATFORM, type Origin } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { Database, Transaction } from '#libs/postgres';
import type { Replays } from '../application/dead-letters/ports.js';
import type { DeadLetter, Replay } from '../domain/dead-letter.js';

interface ReplayRow {
  readonly dead_letter_id: string;
  readonly replayed_at: Date;
}

/** Longer than the stream keeps a dead letter: a row is not needed once its dead letter is gone. */
const KEPT_DAYS = 31;

export class PostgresReplays implements Replays {
  constructor(private readonly database: Database) {}

  async timesOf(ids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.read(PLATFORM, ({ manager }) =>
      manager.query<ReplayRow[]>(
        'select dead_letter_id, replayed_at from dead_letter_replay where dead_letter_id = any($1)',
        [ids],
      ),
    );
    return new Map(rows.map(({ dead_letter_id, replayed_at }) => [dead_letter_id, replayed_at]));
  }

  add(letter: DeadLetter, replay: Replay, origin: Origin): Promise<Date> {
    return this.database.transaction(PLATFORM, async (tx) => {
      const replayedAt = await insertReplay(tx, letter.id);
      await tx.outbox.audit(origin, {
        event: 'DeadLetterReplayed',
        action: 'replay',
        resourceType: 'dead_letter',
        resourceId: letter.id,
        resourceKey: letter.consumer,
        severity: 'notice',
        metadata: { subject: letter.subject, message_id: letter.messageId, part: letter.part, reason: letter.reason },
      });
      await tx.outbox.forward(replay);
      return replayedAt;
    });
  }
}

/** Deletes outdated replays as well, so that the table stays small without a job. */
async function insertReplay({ manager }: Transaction, id: string): Promise<Date> {
  await manager.query(`delete from dead_letter_replay where replayed_at < now() - make_interval(days => $1)`, [
    KEPT_DAYS,
  ]);
  const [row] = await manager.query<ReplayRow[]>(
    `insert into dead_letter_replay (dead_letter_id) values ($1) on conflict do nothing returning dead_letter_id, replayed_at`,
    [id],
  );
  if (row !== undefined) return row.replayed_at;
  throw new AppError(
    'conflict',
    'This dead letter was replayed before; if its message failed again, replay the new one',
  );
}
