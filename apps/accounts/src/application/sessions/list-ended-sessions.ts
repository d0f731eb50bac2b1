import type { Clock } from '#libs/kernel';
import type { AnswerOf, CommandOf, accountsRpc } from '#libs/contracts';
import type { EndedSessions } from './ports.js';

const MAX_LISTED = 100_000;

/** For gateways that may have missed a fact. */
export class ListEndedSessions {
  constructor(
    private readonly ended: EndedSessions,
    private readonly clock: Clock,
  ) {}

  async execute({
    since,
  }: CommandOf<typeof accountsRpc.listEndedSessions>): Promise<AnswerOf<typeof accountsRpc.listEndedSessions>> {
    const asOf = this.clock.now(); // before the query: a later end may be missing from its rows
    const ended = await this.ended.since(new Date(since), MAX_LISTED);
    return { as_of: asOf.toISOString(), session_ids: ended.map(({ id }) => id) };
  }
}
