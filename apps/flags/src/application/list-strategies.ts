import type { Origin, Page, PageOf, StrategyView } from '#libs/contracts';
import { checkPage } from '../domain/pages.js';
import type { Lists } from './ports.js';

export class ListStrategies {
  constructor(private readonly lists: Lists) {}

  async execute({ page }: { page: Page }, origin: Origin): Promise<PageOf<StrategyView>> {
    checkPage(page);
    return this.lists.strategies(origin.scope, page);
  }
}
