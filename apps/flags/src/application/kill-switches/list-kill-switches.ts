import type { KillSwitchView, Origin, Page, PageOf } from '#libs/contracts';
import type { Lists } from '../ports/lists.js';

export class ListKillSwitches {
  constructor(private readonly lists: Lists) {}

  async execute({ page }: { page: Page }, origin: Origin): Promise<PageOf<KillSwitchView>> {
    return this.lists.killSwitches(origin.scope, page);
  }
}
