import type { KillSwitchView, Origin, Page, PageOf } from '#libs/contracts';
import { checkPage } from '../domain/pages.js';
import type { Lists } from './ports.js';

export class ListKillSwitches {
  constructor(private readonly lists: Lists) {}

  async execute({ page }: { page: Page }, origin: Origin): Promise<PageOf<KillSwitchView>> {
    checkPage(page);
    return this.lists.killSwitches(origin.scope, page);
  }
}
