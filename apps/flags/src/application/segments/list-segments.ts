import type { Origin, OwnerFilter, Page, PageOf, SegmentView } from '#libs/contracts';
import type { Lists } from '../ports/lists.js';

export class ListSegments {
  constructor(private readonly lists: Lists) {}

  async execute({ filter, page }: { filter?: OwnerFilter; page: Page }, origin: Origin): Promise<PageOf<SegmentView>> {
    return this.lists.segments(origin.scope, filter ?? {}, page);
  }
}
