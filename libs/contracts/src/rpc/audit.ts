import type { Actor } from '../origin.js';
import { defineRpc } from './define-rpc.js';
import type { Page, PageOf } from '../page.js';

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
  readonly before: unknown;
  readonly after: unknown;
  /** RFC 6902. */
  readonly diff: unknown;
  readonly reason: string | null;
  readonly note: string | null;
  readonly request_id: string;
  readonly user_agent: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly hash: string;
}
export interface AuditFilter {
  readonly event?: string;
  readonly actor_id?: string;
  readonly resource_type?: string;
  readonly resource_key?: string;
  readonly environment?: string;
  readonly severity?: string;
  readonly request_id?: string;
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
  readonly consumer?: string;
}

export const auditRpc = {
  listEntries: defineRpc<{ filter: AuditFilter; page: Page }, PageOf<AuditEntryView>>('audit.list_entries'),
  listDeadLetters: defineRpc<ListDeadLetters, PageOf<DeadLetterView>>('audit.list_dead_letters'),
  replayDeadLetter: defineRpc<{ id: string }, DeadLetterView>('audit.replay_dead_letter'),
} as const;
