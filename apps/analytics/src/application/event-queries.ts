import type {
  AnswerOf,
  analyticsRpc,
  EventFilter,
  ExportFormat,
  ExportPart,
  Origin,
  Page,
  Scope,
} from '#libs/contracts';

export type Listed = AnswerOf<typeof analyticsRpc.listEvents>;

/** The read side of the event store. Each answer is of one snapshot, and of one organization alone. */
export abstract class EventQueries {
  /**
   * A page; shorter than asked for, with more to come, where one message would not hold it.
   * @throws AppError `invalid_cursor`; `overloaded` when it takes too long, like the others
   */
  abstract list(scope: Scope, filter: EventFilter, page: Page, withTotal: boolean): Promise<Listed>;
  /** Exact. */
  abstract count(scope: Scope, filter: EventFilter): Promise<number>;
  /** Writes down that an export begins. @throws AppError `too_large` when more match than an export hands over */
  abstract beginExport(origin: Origin, filter: EventFilter, format: ExportFormat): Promise<void>;
  /** The part after the cursor, or the first. @throws AppError `invalid_cursor` */
  abstract exportPart(scope: Scope, filter: EventFilter, cursor: string | undefined): Promise<ExportPart>;
}
