import type { AuditEntryView, AuditFilter, Origin, Page, PageOf, Scope } from '#libs/contracts';
import type { ChainHead, Link } from '../domain/chain.js';
import type { DeadLetter, Replay } from '../domain/dead-letter.js';
import type { AuditFact, Entry } from '../domain/entry.js';

/** The write side: append only. */
export abstract class Ledger {
  /**
   * Adds an entry as the next link of its chain, at most once per fact; nobody else adds to that chain meanwhile.
   * @param link makes the link from the head that is locked
   */
  abstract append(fact: AuditFact, entry: Entry, link: (head: ChainHead) => Link): Promise<void>;
}

/** The read side. */
export abstract class Entries {
  /** Entries of the scope alone, newest first unless the page says otherwise, in one query. @throws AppError `invalid_cursor` */
  abstract list(scope: Scope, filter: AuditFilter, page: Page): Promise<PageOf<AuditEntryView>>;
}

/** What the platform's libraries do with JSON. */
export abstract class JsonTools {
  /** RFC 8785. */
  abstract canonical(value: unknown): string;
  /** RFC 6902, from `before` to `after`; `null` stands for "was not there". */
  abstract diff(before: unknown, after: unknown): readonly object[];
}

/** What consumers gave up on, as the bus keeps it. */
export abstract class DeadLetters {
  /** Newest first; `next` is undefined on the last page. @throws AppError `invalid_cursor` */
  abstract list(query: {
    readonly limit: number;
    readonly after?: string;
    readonly consumer?: string;
  }): Promise<{ readonly letters: readonly DeadLetter[]; readonly next: string | undefined }>;
  /** @throws AppError `not_found` */
  abstract get(id: string): Promise<DeadLetter>;
}

/** Which dead letters were replayed. */
export abstract class Replays {
  abstract timesOf(ids: readonly string[]): Promise<ReadonlyMap<string, Date>>;
  /**
   * Remembers the replay, queues its audit entry and the message itself, all or nothing. Returns when it was.
   * @throws AppError `conflict` for one that was replayed before
   */
  abstract add(letter: DeadLetter, replay: Replay, origin: Origin): Promise<Date>;
}
