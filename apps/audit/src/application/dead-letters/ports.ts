import type { Origin } from '#libs/contracts';
import type { DeadLetter, Replay } from '../../domain/dead-letter.js';

/** Reads the stream of dead letters. */
export interface DeadLetters {
  /** Newest first by default, without their messages; `next` is undefined on the last page. @throws AppError `invalid_cursor` */
  list(query: {
    readonly limit: number;
    readonly after?: string;
    readonly order?: 'asc' | 'desc';
    readonly consumer?: string;
  }): Promise<{ readonly letters: readonly DeadLetter[]; readonly next: string | undefined }>;
  /** @throws AppError `not_found` */
  get(id: string): Promise<DeadLetter>;
}

/** The replays of dead letters. */
export interface Replays {
  /** The time of replay by dead letter; dead letters that were not replayed are absent. */
  timesOf(ids: readonly string[]): Promise<ReadonlyMap<string, Date>>;
  /**
   * Stores the replay, its audit entry and the message to publish in one transaction. Returns the time of the replay.
   * @throws AppError `conflict` when the dead letter was replayed before
   */
  add(letter: DeadLetter, replay: Replay, origin: Origin): Promise<Date>;
}
