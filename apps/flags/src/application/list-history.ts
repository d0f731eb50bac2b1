import type { FlagVersionView, Origin, Page, PageOf } from '#libs/contracts';
import { checkPage } from '../domain/pages.js';
import { findFlag } from './find-flag.js';
import type { History, UnitOfWork } from './ports.js';

export class ListHistory {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly history: History,
  ) {}

  async execute({ key, page }: { key: string; page: Page }, origin: Origin): Promise<PageOf<FlagVersionView>> {
    checkPage(page);
    const { id } = await this.uow.read(origin.scope, ({ flags }) => findFlag(flags, key));
    return this.history.page(origin.scope, id, page);
  }
}
