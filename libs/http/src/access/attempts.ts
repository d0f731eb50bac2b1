import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor, Scope } from '#libs/contracts';
import { AppError, errorStatus } from '#libs/kernel';

/** Who tries to do what a request asks for, known before they are let in. */
export interface Attempt {
  readonly actor: Actor;
  /** The organization in question, if it is known that there is one. */
  readonly scope: Scope;
  /** Why it matters that it is refused, when its status does not say so. */
  readonly reason?: 'other_organization' | 'revoked_key';
}
export type OnRefused = (request: FastifyRequest, attempt: Attempt, code: string) => void;

const LISTENER = Symbol('onRefused');
const attempts = new WeakMap<FastifyRequest, Attempt>();

/** For guards: what is known of the caller so far. */
export function noteAttempt(request: FastifyRequest, attempt: Attempt): void {
  attempts.set(request, attempt);
}

/** Calls the listener for requests that are refused for who sent them. It must neither wait nor throw. */
export function onRefused(http: FastifyInstance, listener: OnRefused): void {
  http.decorate(LISTENER, listener);
}

/** For the one place that answers errors. */
export function tellRefusal(error: unknown, request: FastifyRequest): void {
  if (!(error instanceof AppError)) return;
  const attempt = attempts.get(request);
  if (attempt === undefined || (attempt.reason === undefined && errorStatus(error.code) !== 403)) return;
  const listener = (request.server as { [LISTENER]?: OnRefused })[LISTENER];
  listener?.(request, attempt, error.code);
}
