import type { analyticsRpc, AnswerOf, CommandOf, Origin } from '#libs/contracts';
import { organizationOf } from './organization-of.js';
import type { Events } from './ports.js';

/** The exact number of matching events of the caller's organization. */
export class CountEvents {
  constructor(private readonly events: Events) {}

  async execute(
    { filter }: CommandOf<typeof analyticsRpc.countEvents>,
    origin: Origin,
  ): Promise<AnswerOf<typeof analyticsRpc.countEvents>> {
    return { count: await this.events.count(organizationOf(origin), filter) };
  }
}
