import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, RemoteError } from '#libs/kernel';
import { reportRefusal } from '../access/attempts.js';
import type { Problem } from '../access/access.js';
import { allowedMethods } from './allowed-methods.js';
import { noteCode } from './answered-code.js';
import { toEnvelope } from './envelope.js';
import { errorBodyOf } from './error-bodies.js';

/** Reading and discarding a body up to this size costs less than a new connection. */
const SHORT_BODY_BYTES = 65_536;

/**
 * Answers every thrown error, of raw routes, controllers and Fastify; logs faults of the server. Errors are answered only here.
 */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toEnvelope(error, request.id, failedSchema(error, request));
  logCause(error, problem, request);
  noteCode(request, problem.body.error.code);
  reportRefusal(error, request);
  if (reply.raw.headersSent) return void reply.raw.destroy();
  const errorBody = errorBodyOf(request);
  reply.code(problem.status).headers(problem.headers).header('content-type', 'application/json; charset=utf-8');
  reply.serializer(JSON.stringify).send(errorBody === undefined ? problem.body : errorBody(problem, request));
}

/**
 * One line for the cause of a 5xx, with the request id. Not for failures of another service, which has logged the cause, and not for
 * refusals that have none, such as overload.
 */
function logCause(error: unknown, problem: Problem, request: FastifyRequest): void {
  if (error instanceof RemoteError || (!problem.unexpected && !hasCause(error, problem))) return;
  const { method, routeOptions, id: request_id } = request;
  const fields = { request_id, component: 'api', action: method, operation: routeOptions.url, err: error };
  request.log[problem.unexpected ? 'error' : 'warn'](fields, 'a request failed');
}

function hasCause(error: unknown, { status }: Problem): boolean {
  return status >= 500 && error instanceof Error && error.cause !== undefined;
}

/**
 * Answers 404, or 405 for a known path, without a check of credentials or body. Closes the connection when a long body may follow, instead of reading it.
 */
export function answerNotFound(request: FastifyRequest, reply: FastifyReply): void {
  if (mayBeLong(request)) reply.header('connection', 'close');
  const allowed = allowedMethods(request).join(', ');
  if (allowed === '') return answerError(new AppError('not_found', 'There is nothing at this path'), request, reply);
  reply.header('allow', allowed);
  answerError(new AppError('method_not_allowed', `This path answers ${allowed} only`), request, reply);
}

function mayBeLong({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > SHORT_BODY_BYTES;
}

/** Answers errors of the router, such as malformed URLs. Hooks have not run then. */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  answerError(error, request, reply);
}

function failedSchema(error: unknown, request: FastifyRequest): unknown {
  if (typeof error !== 'object' || error === null || !('validationContext' in error)) return undefined;
  const part = error.validationContext === 'params' ? 'params' : 'body';
  return (request.routeOptions.schema as Record<string, unknown> | undefined)?.[part];
}
