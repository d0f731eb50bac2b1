import type { DeadLetterView, Origin } from '#libs/contracts';
import { replayOf } from '../domain/dead-letter.js';
import { viewOf } from './list-dead-letters.js';
import type { DeadLetters, Replays } from './ports.js';

/** Gives a message to its consumers once more, after what was wrong was mended. Once per dead letter: if it dies again, that is a new one. */
export class ReplayDeadLetter {
  constructor(
    private readonly deadLetters: DeadLetters,
    private readonly replays: Replays,
  ) {}

  async execute(id: string, origin: Origin): Promise<DeadLetterView> {
    const letter = await this.deadLetters.get(id);
    const replayedAt = await this.replays.add(letter, replayOf(letter), origin);
    return viewOf(letter, replayedAt);
  }
}
