import type { ErrorDetail } from '#libs/kernel';
import type { Origin } from '../origin.js';

/** A request between services: subject `rpc.<service>.<verb_noun>`, body `{command, origin?}` in JSON. */
export interface Rpc<Command, Answer> {
  readonly subject: string;
  /** Never set: carries the types for the compiler. */
  readonly types?: { command: Command; answer: Answer };
}
export type CommandOf<R> = R extends Rpc<infer C, unknown> ? C : never;
export type AnswerOf<R> = R extends Rpc<infer _, infer A> ? A : never;

export interface RpcRequest<Command> {
  readonly command: Command;
  readonly origin?: Origin;
  readonly idempotency?: IdempotencyScope;
}

/** An idempotency key with its scope: a command with the same key, caller and route has its effect once. */
export interface IdempotencyScope {
  readonly key: string;
  /** Id of the user or API key. */
  readonly caller: string;
  /** Method, pattern and organization: `POST /api/orgs/:org/flags 0190…`. */
  readonly route: string;
  /** SHA-256 of the request. */
  readonly fingerprint: string;
}

/** Always an envelope, because JSON has no `undefined` and answers may have any fields. */
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

/** The answer to a command with an idempotency key. */
export interface Answered {
  readonly data: unknown;
  /** Whether `data` is the answer to an earlier request with this key, without its secrets. */
  readonly replayed: boolean;
}
