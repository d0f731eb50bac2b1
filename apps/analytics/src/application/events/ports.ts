import type { AuditDraft, EventFilter, EventView, Origin, Page, PageOf } from '#libs/contracts';

export interface EventPage extends PageOf<EventView> {
  /** How many events match the filter; present when asked for. */
  readonly total?: number;
}

/** The read side of the event store. Each answer comes from one snapshot of one organization. */
export interface Events {
  /**
   * A page; shorter than its limit, with a cursor, when more events would not fit into one message.
   * @throws AppError `invalid_cursor`; `overloaded` when the query takes too long, like the other methods
   */
  list(orgId: string, filter: EventFilter, page: Page, withTotal: boolean): Promise<EventPage>;
  /** The exact number of matching events. */
  count(orgId: string, filter: EventFilter): Promise<number>;
  /**
   * Counts the matching events, at most `limit`, and stores the audit entry that `entryOf` makes of the count, in one transaction.
   * Stores nothing when `entryOf` throws.
   */
  recordExport(
    origin: Origin,
    filter: EventFilter,
    limit: number,
    entryOf: (matching: number) => AuditDraft,
  ): Promise<void>;
}
