import type { Actor } from '../origin.js';
import { defineRpc } from './define-rpc.js';
import type { Page, PageOf } from '../page.js';

/** An entry as lists show it: without the documents before and after. */
export interface AuditEntryView {
  readonly id: string;
  /** Counts the entries of a scope without gaps. */
  readonly seq: number;
  readonly timestamp: string;
  readonly event: string;
  readonly severity: string;
  readonly actor: Actor;
  readonly action: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly resource_key: string | null;
  readonly environment: string | null;
  /** RFC 6902; absent when it is larger than 64 KiB. */
  readonly diff?: unknown;
  /** The diff is left out because of its size; the whole entry has it. */
  readonly diff_truncated?: true;
  readonly reason: string | null;
  readonly note: string | null;
  readonly request_id: string;
  readonly user_agent: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly hash: string;
}
/** A part of the text of a whole entry, which may be larger than a message. */
export interface AuditEntryPart {
  /** Part of the hashed text: the entry as canonical JSON. */
  readonly text: string;
  readonly hash: string;
  /** Where the next part begins; `null` for the last part. */
  readonly next_offset: number | null;
}
export interface AuditFilter {
  readonly event?: string;
  readonly actor_id?: string;
  readonly resource_type?: string;
  readonly resource_key?: string;
  readonly environment?: string;
  readonly severity?: string;
  readonly request_id?: string;
  /** RFC 3339; both bounds are inclusive, to the millisecond. */
  readonly from?: string;
  readonly to?: string;
}

/** A dead letter without its payload, which may contain personal data. */
export interface DeadLetterView {
  readonly id: string;
  readonly consumer: string;
  /** The subject of the message, to which a replay publishes it again. */
  readonly subject: string;
  readonly reason: string;
  readonly attempts: number;
  readonly at: string;
  /** The id of a fact; `null` for other messages. */
  readonly message_id: string | null;
  /** The element of a pack, when only that element became a dead letter. */
  readonly part: string | null;
  readonly replayed_at: string | null;
}
export interface ListDeadLetters {
  readonly limit: number;
  readonly cursor?: string;
  /** Default: newest first. */
  readonly order?: Page['order'];
  readonly consumer?: string;
}

export const auditRpc = {
  listEntries: defineRpc<{ filter: AuditFilter; page: Page }, PageOf<AuditEntryView>>('audit.list_entries'),
  /** A part of the whole entry. 404 `not_found`. */
  readEntry: defineRpc<{ seq: number; offset: number }, AuditEntryPart>('audit.read_entry'),
  listDeadLetters: defineRpc<ListDeadLetters, PageOf<DeadLetterView>>('audit.list_dead_letters'),
  replayDeadLetter: defineRpc<{ id: string }, DeadLetterView>('audit.replay_dead_letter'),
} as const;
