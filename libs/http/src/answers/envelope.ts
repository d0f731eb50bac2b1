import { AppError, errorStatus, type ErrorCode, type ErrorDetail } from '#libs/kernel';
import type { Problem } from '../access/access.js';
import { codeOfFastify, codeOfStatus } from './foreign-errors.js';
import { violationsOf } from '../input/schema-errors.js';

/** Seconds after which it makes sense to come again, when an error does not know better. */
const RETRY_AFTER_S = 1;

/**
 * Any thrown thing as the one error answer (specification 03). An `AppError` keeps code and details; Fastify's errors, failed
 * schemas and Nest's exceptions get our codes; everything else is 500 `internal` and tells nothing.
 * @param schema of the part that failed validation: gives fields their order and own codes.
 */
export function toEnvelope(error: unknown, requestId: string, schema?: unknown): Problem {
  const known = error instanceof AppError ? error : translate(error, schema);
  const failure =
    known ?? new AppError('internal', 'Something went wrong on our side; the request id helps to find it');
  const status = errorStatus(failure.code);
  return {
    status,
    headers: status === 429 || status === 503 ? { 'retry-after': String(retryAfter(failure.details)) } : {},
    body: {
      error: { code: failure.code, message: failure.message, details: failure.details, request_id: requestId },
    },
    unexpected: known === undefined || status === 500,
  };
}

/** Foreign errors that are the client's doing, in our words; `undefined` for faults of ours. */
function translate(error: unknown, schema: unknown): AppError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('validation' in error && Array.isArray(error.validation)) return violationsOf(error.validation, schema);
  if ('code' in error && typeof error.code === 'string') {
    const known = codeOfFastify(error.code);
    if (known !== undefined) return new AppError(known.code, known.message);
  }
  const status = statusOf(error);
  const code = status === undefined ? undefined : codeOfStatus(status);
  if (code === undefined || status === 500) return undefined;
  return new AppError(code, messageOf(error, code));
}

/** Nest's exceptions have `getStatus`, Fastify's and many libraries' errors `statusCode`. */
function statusOf(error: object): number | undefined {
  if ('getStatus' in error && typeof error.getStatus === 'function')
    return (error as { getStatus(): number }).getStatus();
  if ('statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return undefined;
}

/** Only messages about the client's own request are passed on. */
function messageOf(error: object, code: ErrorCode): string {
  const given = error instanceof Error ? error.message : '';
  return errorStatus(code) < 500 && given !== '' ? given : 'This cannot be done right now';
}

function retryAfter(details: readonly ErrorDetail[]): number {
  const given = details.map((detail) => detail['retry_after']).find((seconds) => typeof seconds === 'number');
  return given === undefined ? RETRY_AFTER_S : Math.max(1, Math.ceil(given));
}
