import type { auditRpc, CommandOf, DeadLetterView, Origin } from '#libs/contracts';
import { replayOf } from '../../domain/dead-letter.js';
import { deadLetterView } from './list-dead-letters.js';
import type { DeadLetters, Replays } from './ports.js';

/** Publishes the message of a dead letter once more. A dead letter is replayed once: a message that fails again is a new one. */
export class ReplayDeadLetter {
  constructor(
    private readonly deadLetters: DeadLetters,
    private readonly replays: Replays,
  ) {}

  async execute({ id }: CommandOf<typeof auditRpc.replayDeadLetter>, origin: Origin): Promise<DeadLetterView> {
    const letter = await this.deadLetters.get(id);
    const replayedAt = await this.replays.add(letter, replayOf(letter), origin);
    return deadLetterView(letter, replayedAt);
  }
}
