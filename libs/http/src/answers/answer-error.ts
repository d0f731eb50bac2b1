import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import { tellRefusal } from '../access/attempts.js';
import { toEnvelope } from './envelope.js';

/** Unread bodies up to this size cost less than a new connection. */
const SHORT_BODY_BYTES = 65_536;

/** Answers anything that was thrown, from whatever source, and logs it if nobody foresaw it: the one place that does. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toEnvelope(error, request.id, failedSchema(error, request));
  if (problem.unexpected) {
    request.log.error(
      { err: error, request_id: request.id, method: request.method, component: 'api' },
      'a request failed',
    );
  }
  tellRefusal(error, request);
  if (reply.raw.headersSent) return void reply.raw.destroy();
  const { errorBody } = configOf(request);
  reply.code(problem.status).headers(problem.headers).header('content-type', 'application/json; charset=utf-8');
  reply.serializer(JSON.stringify).send(errorBody === undefined ? problem.body : errorBody(problem, request));
}

/** The router's 404, for everybody alike, whatever they send; who sends much is cut off instead of heard to the end. */
export function answerNotFound(request: FastifyRequest, reply: FastifyReply): void {
  if (mayBeLong(request)) reply.header('connection', 'close');
  answerError(new AppError('not_found', 'There is nothing at this path'), request, reply);
}

function mayBeLong({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > SHORT_BODY_BYTES;
}

/** Broken URLs: the router refuses them before any hook has run. */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  answerError(error, request, reply);
}

function failedSchema(error: unknown, request: FastifyRequest): unknown {
  if (typeof error !== 'object' || error === null || !('validationContext' in error)) return undefined;
  const part = error.validationContext === 'params' ? 'params' : 'body';
  return (request.routeOptions.schema as Record<string, unknown> | undefined)?.[part];
}

function configOf(request: FastifyRequest): FastifyRequest['routeOptions']['config'] | Record<string, undefined> {
  return request.routeOptions.config ?? {};
}
