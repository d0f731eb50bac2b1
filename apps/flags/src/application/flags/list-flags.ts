import type { FlagFilter, FlagListItem, Origin, Page, PageOf } from '#libs/contracts';
import type { Lists } from '../ports/lists.js';

export class ListFlags {
  constructor(private readonly lists: Lists) {}

  async execute({ filter, page }: { filter: FlagFilter; page: Page }, origin: Origin): Promise<PageOf<FlagListItem>> {
    return this.lists.flags(origin.scope, filter, page);
  }
}
