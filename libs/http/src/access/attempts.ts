import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor, Scope } from '#libs/contracts';
import { AppError, errorStatus } from '#libs/kernel';

/** The caller and the organization of a request, as far as known before its permission is decided. */
export interface Attempt {
  readonly actor: Actor;
  /** The organization of the request, once it is known to exist; until then `platform`. */
  readonly scope: Scope;
  /** Makes a refusal be reported although its status is not 403. */
  readonly reason?: 'other_organization' | 'revoked_key';
}
export type OnRefused = (request: FastifyRequest, attempt: Attempt, code: string) => void;

const LISTENER = Symbol('onRefused');
const attempts = new WeakMap<FastifyRequest, Attempt>();

/** For guards: records what is known about the caller so far. A later call replaces it. */
export function noteAttempt(request: FastifyRequest, attempt: Attempt): void {
  attempts.set(request, attempt);
}

/** Registers the listener for requests that are refused for lack of permission. It must neither block nor throw. */
export function onRefused(http: FastifyInstance, listener: OnRefused): void {
  http.decorate(LISTENER, listener);
}

/** Called for every error that is answered: reports refusals of recorded attempts to the listener. */
export function reportRefusal(error: unknown, request: FastifyRequest): void {
  if (!(error instanceof AppError)) return;
  const attempt = attempts.get(request);
  if (attempt === undefined || (attempt.reason === undefined && errorStatus(error.code) !== 403)) return;
  const listener = (request.server as { [LISTENER]?: OnRefused })[LISTENER];
  listener?.(request, attempt, error.code);
}
