import type { Scope } from './scope.js';

/** A user, an API key or the platform itself. */
export interface Actor {
  readonly type: 'user' | 'api_key' | 'system';
  readonly id: string;
  readonly name?: string;
}

/** The cause of a change: the actor, its scope and the request. It is sent with every command and is part of every fact and audit entry. */
export interface Origin {
  readonly scope: Scope;
  readonly actor: Actor;
  readonly request_id: string;
  readonly traceparent?: string;
  readonly user_agent?: string;
  readonly ip?: string;
}

/** The origin of changes that the platform makes itself, such as jobs and consumers. */
export function systemOrigin(scope: Scope, requestId: string): Origin {
  return { scope, actor: { type: 'system', id: 'loom' }, request_id: requestId };
}
