import type { FlagVersionView, Origin, Page, PageOf } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { History } from '../ports/lists.js';

export class ListHistory {
  constructor(private readonly history: History) {}

  async execute({ key, page }: { key: string; page: Page }, origin: Origin): Promise<PageOf<FlagVersionView>> {
    const versions = await this.history.page(origin.scope, key, page);
    if (versions === undefined) throw new AppError('not_found', `There is no flag ${key}`);
    return versions;
  }
}
