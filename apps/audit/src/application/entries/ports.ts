import type { AuditEntryPart, AuditEntryView, AuditFilter, Page, PageOf, Scope } from '#libs/contracts';
import type { ChainHead, Link } from '../../domain/chain.js';
import type { AuditFact, Entry } from '../../domain/entry.js';

/** The write side of the audit log: append only. */
export interface Ledger {
  /**
   * Adds an entry as the next link of its chain, at most once per fact. The chain is locked until the entry is stored.
   * @param link makes the link from the locked head
   */
  append(fact: AuditFact, entry: Entry, link: (head: ChainHead) => Link): Promise<void>;
}

/** The read side of the audit log. */
export interface Entries {
  /** A page of the entries of this scope alone, in one query. @throws AppError `invalid_cursor` */
  list(scope: Scope, filter: AuditFilter, page: Page): Promise<PageOf<AuditEntryView>>;
  /** A part of the text of one entry of this scope, from an offset in characters on; `undefined` when there is no such entry. */
  read(scope: Scope, seq: number, offset: number): Promise<AuditEntryPart | undefined>;
}

/** Pure functions that come from npm packages. */
export interface JsonTools {
  /** Canonical JSON (RFC 8785). */
  canonical(value: unknown): string;
  /** A patch (RFC 6902) that turns `before` into `after`; `null` means "did not exist". */
  diff(before: unknown, after: unknown): readonly object[];
}
