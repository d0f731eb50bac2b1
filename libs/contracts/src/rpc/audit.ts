import type { Actor } from '../origin.js';
import { defineRpc } from './define-rpc.js';
import type { Page, PageOf } from '../page.js';

export interface AuditEntryView {
  readonly id: string;
  /** Gapless per organization. */
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

/** A message that a consumer gave up on. What it holds is not shown: that may be about people. */
export interface DeadLetterView {
  readonly id: string;
  readonly consumer: string;
  /** Where the message was published, and is again by a replay. */
  readonly subject: string;
  readonly reason: string;
  readonly attempts: number;
  readonly at: string;
  /** Of a fact, its id. */
  readonly message_id: string | null;
  /** Which element of a message that held many, when it was buried alone. */
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
