import type { Origin, OwnerFilter, Page, PageOf, StrategyView } from '#libs/contracts';
import type { Lists } from '../ports/lists.js';

export class ListStrategies {
  constructor(private readonly lists: Lists) {}

  async execute({ filter, page }: { filter?: OwnerFilter; page: Page }, origin: Origin): Promise<PageOf<StrategyView>> {
    return this.lists.strategies(origin.scope, filter ?? {}, page);
  }
}
