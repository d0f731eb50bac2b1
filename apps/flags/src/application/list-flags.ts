import type { FlagFilter, FlagListItem, Origin, Page, PageOf } from '#libs/contracts';
import { checkPage } from '../domain/pages.js';
import type { Lists } from './ports.js';

export class ListFlags {
  constructor(private readonly lists: Lists) {}

  async execute({ filter, page }: { filter: FlagFilter; page: Page }, origin: Origin): Promise<PageOf<FlagListItem>> {
    checkPage(page);
    return this.lists.flags(origin.scope, filter, page);
  }
}
