import type { ErrorDetail } from '#libs/kernel';
import type { Origin } from '../origin.js';

/** A question or command between services: subject `rpc.<service>.<verb_noun>`, body `{command, origin?}` in JSON. */
export interface Rpc<Command, Answer> {
  readonly subject: string;
  /** Phantom: only the compiler sees it. */
  readonly types?: { command: Command; answer: Answer };
}
export type CommandOf<R> = R extends Rpc<infer C, unknown> ? C : never;
export type AnswerOf<R> = R extends Rpc<infer _, infer A> ? A : never;

export interface RpcRequest<Command> {
  readonly command: Command;
  readonly origin?: Origin;
  readonly idempotency?: IdempotencyScope;
}

/** Under which key a command has its effect once: the key is the caller's own, and counts for one route. */
export interface IdempotencyScope {
  readonly key: string;
  /** The id of whoever calls. */
  readonly caller: string;
  /** Method, pattern and organization: `POST /api/orgs/:org/flags 0190…`. */
  readonly route: string;
  /** SHA-256 of what is asked. */
  readonly fingerprint: string;
}

/** Always an envelope: a bare `undefined` or a payload with a `response` key would be lost on the way. */
export type RpcReply<Answer> =
  | { readonly ok: true; readonly data: Answer; readonly replayed?: true }
  | { readonly ok: false; readonly error: RpcError };
export interface RpcError {
  readonly code: string;
  readonly message: string;
  readonly details: readonly ErrorDetail[];
  readonly retryable: boolean;
}

export function defineRpc<Command, Answer>(subject: string): Rpc<Command, Answer> {
  return { subject: `rpc.${subject}` };
}

/** The outcome of a command that carried an idempotency key. */
export interface Answered {
  readonly data: unknown;
  /** The answer of an earlier request with this key, without its secrets. */
  readonly replayed: boolean;
}
