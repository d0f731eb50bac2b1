import type { FlagFilter, FlagListItem, FlagVersionView, KillSwitchView, OwnerFilter, Page, PageOf, Scope, SegmentView, StrategyView } from '#libs/contracts'; // prettier-ignore

/** Lists, one query each. All throw AppError `invalid_limit` and `invalid_cursor`. */
export interface Lists {
  flags(scope: Scope, filter: FlagFilter, page: Page): Promise<PageOf<FlagListItem>>;
  killSwitches(scope: Scope, page: Page): Promise<PageOf<KillSwitchView>>;
  strategies(scope: Scope, filter: OwnerFilter, page: Page): Promise<PageOf<StrategyView>>;
  segments(scope: Scope, filter: OwnerFilter, page: Page): Promise<PageOf<SegmentView>>;
}

/** The versions of a flag and of its configs. */
export interface History {
  /** `undefined` when the scope has no such flag. @throws AppError `invalid_limit`, `invalid_cursor` */
  page(scope: Scope, flagKey: string, page: Page): Promise<PageOf<FlagVersionView> | undefined>;
}
