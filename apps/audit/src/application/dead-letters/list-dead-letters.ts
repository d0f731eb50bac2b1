import type { DeadLetterView, ListDeadLetters as Query, PageOf } from '#libs/contracts';
import type { DeadLetter } from '../../domain/dead-letter.js';
import type { DeadLetters, Replays } from './ports.js';

/** Dead letters, newest first by default, each with the time of its replay. */
export class ListDeadLetters {
  constructor(
    private readonly deadLetters: DeadLetters,
    private readonly replays: Replays,
  ) {}

  async execute({ limit, cursor, order, consumer }: Query): Promise<PageOf<DeadLetterView>> {
    const { letters, next } = await this.deadLetters.list({ limit, after: cursor, order, consumer });
    const replayed = await this.replays.timesOf(letters.map(({ id }) => id));
    return {
      data: letters.map((letter) => deadLetterView(letter, replayed.get(letter.id))),
      has_more: next !== undefined,
      next_cursor: next ?? null,
    };
  }
}

export function deadLetterView(letter: DeadLetter, replayedAt: Date | undefined): DeadLetterView {
  const { id, consumer, subject, reason, attempts, at, messageId, part } = letter;
  return {
    id,
    consumer,
    subject,
    reason,
    attempts,
    at,
    message_id: messageId ?? null,
    part: part ?? null,
    replayed_at: replayedAt?.toISOString() ?? null,
  };
}
