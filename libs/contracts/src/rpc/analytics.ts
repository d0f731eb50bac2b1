import { defineRpc } from './define-rpc.js';
import type { Page, PageOf } from '../page.js';

/** Upper bound of events in one export. */
export const EXPORT_MAX_EVENTS = 10_000;
/** Upper bound of property filters in one query. */
export const MAX_PROPERTY_FILTERS = 10;

/** A stored event. It never contains the IP address. */
export interface EventView {
  readonly event_id: string;
  readonly distinct_id: string;
  /** `null` when no person is known for the distinct id. */
  readonly person_id: string | null;
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Time of the event; both times are RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
  readonly received_at: string;
  /** Environment of the API key that captured it; `null` when the key has none. */
  readonly environment_id: string | null;
  readonly user_agent: string | null;
  readonly lib: string | null;
  readonly lib_version: string | null;
  /** The sent timestamp was more than a day ahead and was replaced by `received_at`. */
  readonly clock_skew: boolean;
}

/** Filters of events; an event must match all that are present. */
export interface EventFilter {
  /** Compared literally; other distinct ids of the same person do not match. */
  readonly distinct_id?: string;
  readonly person_id?: string;
  readonly event_name?: string;
  readonly environment_id?: string;
  /** RFC 3339; both bounds are inclusive, to the millisecond. */
  readonly start_time?: string;
  readonly end_time?: string;
  /**
   * Expected text of properties by name: a text itself, a number or boolean as JSON (`5`, `true`). Objects, arrays and null
   * never match. At most `MAX_PROPERTY_FILTERS`.
   */
  readonly properties?: Readonly<Record<string, string>>;
}

export type ExportFormat = 'ndjson' | 'csv';

/** A part of an export that fits into one message. */
export interface ExportPart {
  readonly events: readonly EventView[];
  /** Cursor of the next part; `null` after the last part. */
  readonly next_cursor: string | null;
}

export const analyticsRpc = {
  /** 400 `invalid_cursor`; 503 `overloaded` when the query takes too long. */
  listEvents: defineRpc<
    { filter: EventFilter; page: Page; with_total?: boolean },
    PageOf<EventView> & { readonly total?: number }
  >('analytics.list_events'),
  /** The exact count. 503 `overloaded` when the query takes too long. */
  countEvents: defineRpc<{ filter: EventFilter }, { readonly count: number }>('analytics.count_events'),
  /**
   * Newest first. A call without a cursor starts an export and writes its audit entry before it returns events. 413 `too_large`
   * when more than `EXPORT_MAX_EVENTS` match. 400 `invalid_cursor`; 503 `overloaded`.
   */
  exportEvents: defineRpc<{ filter: EventFilter; format: ExportFormat; cursor?: string }, ExportPart>(
    'analytics.export_events',
  ),
} as const;
