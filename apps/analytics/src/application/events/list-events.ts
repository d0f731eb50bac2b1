import type { analyticsRpc, CommandOf, Origin } from '#libs/contracts';
import { organizationOf } from './organization-of.js';
import type { EventPage, Events } from './ports.js';

/** A page of the events of the caller's organization, with the total number when asked for. */
export class ListEvents {
  constructor(private readonly events: Events) {}

  async execute(
    { filter, page, with_total = false }: CommandOf<typeof analyticsRpc.listEvents>,
    origin: Origin,
  ): Promise<EventPage> {
    return this.events.list(organizationOf(origin), filter, page, with_total);
  }
}
