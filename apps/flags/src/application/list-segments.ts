import type { Origin, Page, PageOf, SegmentView } from '#libs/contracts';
import { checkPage } from '../domain/pages.js';
import type { Lists } from './ports.js';

export class ListSegments {
  constructor(private readonly lists: Lists) {}

  async execute({ page }: { page: Page }, origin: Origin): Promise<PageOf<SegmentView>> {
    checkPage(page);
    return this.lists.segments(origin.scope, page);
  }
}
