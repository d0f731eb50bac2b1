import type { Scope } from './scope.js';

export interface Actor {
  readonly type: 'user' | 'api_key' | 'system';
  readonly id: string;
  readonly name?: string;
}

/**
 * On whose behalf something is done: travels with every command and stands in every fact and audit entry.
 * `scope` is the organization's id, or `platform`.
 */
export interface Origin {
  readonly scope: Scope;
  readonly actor: Actor;
  readonly request_id: string;
  readonly traceparent?: string;
  readonly user_agent?: string;
  readonly ip?: string;
}

/** What happens without a person behind it. */
export function systemOrigin(scope: Scope, requestId: string): Origin {
  return { scope, actor: { type: 'system', id: 'loom' }, request_id: requestId };
}
