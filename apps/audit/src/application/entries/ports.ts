import type { AuditEntryView, AuditFilter, Page, PageOf, Scope } from '#libs/contracts';
import type { ChainHead, Link } from '../../domain/chain.js';
import type { AuditFact, Entry } from '../../domain/entry.js';

/** The write side: append only. */
export interface Ledger {
  /**
   * Adds an entry as the next link of its chain, at most once per fact. The chain is locked meanwhile.
   * @param link makes the link from the locked head
   */
  append(fact: AuditFact, entry: Entry, link: (head: ChainHead) => Link): Promise<void>;
}

/** The read side. */
export interface Entries {
  /** Entries of this scope alone, in one query. @throws AppError `invalid_cursor` */
  list(scope: Scope, filter: AuditFilter, page: Page): Promise<PageOf<AuditEntryView>>;
}

export interface JsonTools {
  /** RFC 8785. */
  canonical(value: unknown): string;
  /** RFC 6902, from `before` to `after`; `null` means "did not exist". */
  diff(before: unknown, after: unknown): readonly object[];
}
