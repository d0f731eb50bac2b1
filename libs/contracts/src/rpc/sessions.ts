import { defineRpc } from './define-rpc.js';
import type { Page, PageOf } from '../page.js';

export type ClientType = 'web' | 'native';

/** A session that can still be renewed, as its person sees it. */
export interface SessionView {
  readonly id: string;
  /** Whether the request belongs to it. */
  readonly current: boolean;
  readonly client_type: ClientType;
  readonly created_at: string;
  /** The last sign-in or renewal. */
  readonly last_used_at: string;
  /** When it ends unless it is renewed before. */
  readonly expires_at: string;
  /** Address and user agent of the last sign-in or renewal; `null` when they were not recorded. */
  readonly address: string | null;
  readonly user_agent: string | null;
}

/** Part of `accountsRpc`. `session_id` is the session of the request, the `sid` of its access token. */
export const sessionsRpc = {
  /** The sessions of the actor that can be renewed. 403 `forbidden` unless the actor is a user. */
  listSessions: defineRpc<{ session_id?: string; page: Page }, PageOf<SessionView>>('accounts.list_sessions'),
  /** Ends one session of the actor. 404 `not_found` for an unknown or ended session and for one of another person. */
  endSession: defineRpc<{ target_id: string }, Record<string, never>>('accounts.end_session'),
  /** Ends all sessions of the actor except the session of the request. */
  endOtherSessions: defineRpc<{ session_id?: string }, { ended_sessions: number }>('accounts.end_other_sessions'),
  /**
   * For gateways: sessions that ended since `since` (RFC 3339), at most 100,000, newest first, complete up to `as_of`. A late commit
   * may have an earlier time, so callers overlap their requests by some minutes.
   */
  listEndedSessions: defineRpc<{ since: string }, { as_of: string; session_ids: readonly string[] }>(
    'accounts.list_ended_sessions',
  ),
} as const;
