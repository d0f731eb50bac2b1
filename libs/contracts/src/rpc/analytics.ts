import { defineRpc } from './define-rpc.js';
import type { Page, PageOf } from '../page.js';

/** How many events an export hands over at once; more is the work of a job. */
export const EXPORT_MAX_EVENTS = 10_000;
/** How many properties one question may filter by. */
export const MAX_PROPERTY_FILTERS = 10;

/** An event as it is read. The address that it came from is never in it. */
export interface EventView {
  readonly event_id: string;
  readonly distinct_id: string;
  /** `null` while nobody is known behind the distinct id. */
  readonly person_id: string | null;
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** When it happened, RFC 3339, UTC, milliseconds; so is `received_at`. */
  readonly timestamp: string;
  readonly received_at: string;
  /** Of the key that captured it, if that has one. */
  readonly environment_id: string | null;
  readonly user_agent: string | null;
  readonly lib: string | null;
  readonly lib_version: string | null;
  /** `timestamp` was so far ahead that the time of its receipt was taken. */
  readonly clock_skew: boolean;
}

/** Which events; all that is given must hold. */
export interface EventFilter {
  /** Exactly this one, whoever else is the same person. */
  readonly distinct_id?: string;
  readonly person_id?: string;
  readonly event_name?: string;
  readonly environment_id?: string;
  /** RFC 3339; both are inclusive, to the millisecond. */
  readonly start_time?: string;
  readonly end_time?: string;
  /**
   * Properties by name with the text that their value must have: a text itself, a number or boolean as JSON writes it (`5`,
   * `true`). Objects, arrays and null have none. At most `MAX_PROPERTY_FILTERS`.
   */
  readonly properties?: Readonly<Record<string, string>>;
}

export type ExportFormat = 'ndjson' | 'csv';

/** A part of an export that fits into one message. */
export interface ExportPart {
  readonly events: readonly EventView[];
  /** For the next part; `null` after the last. */
  readonly next_cursor: string | null;
}

export const analyticsRpc = {
  /** Newest first unless the page says otherwise. 400 `invalid_cursor`; 503 `overloaded` when it takes too long. */
  listEvents: defineRpc<
    { filter: EventFilter; page: Page; with_total?: boolean },
    PageOf<EventView> & { readonly total?: number }
  >('analytics.list_events'),
  /** Exact. 503 `overloaded` when it takes too long. */
  countEvents: defineRpc<{ filter: EventFilter }, { readonly count: number }>('analytics.count_events'),
  /**
   * Without a cursor an export begins: it is written into the audit log, once, before anything is handed over. 413 `too_large` when
   * more than `EXPORT_MAX_EVENTS` match; newest first. 400 `invalid_cursor`; 503 `overloaded`.
   */
  exportEvents: defineRpc<{ filter: EventFilter; format: ExportFormat; cursor?: string }, ExportPart>(
    'analytics.export_events',
  ),
} as const;
