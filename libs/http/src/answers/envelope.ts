import { AppError, errorStatus, type ErrorCode, type ErrorDetail } from '#libs/kernel';
import type { Problem } from '../access/access.js';
import { codeOfFastify, codeOfStatus } from './foreign-errors.js';
import { violationsOf } from '../input/schema-errors.js';

/** `Retry-After` of errors without a `retry_after` of their own, in seconds. */
const DEFAULT_RETRY_AFTER_S = 1;

/**
 * Turns any thrown value into an error answer (specification 03). An `AppError` keeps code and details; errors of Fastify, failed
 * schemas and Nest exceptions get our codes; everything else becomes 500 `internal` with a generic text.
 * @param schema of the part that failed validation: determines the order and the codes of the details
 */
export function toEnvelope(error: unknown, requestId: string, schema?: unknown): Problem {
  const known = error instanceof AppError ? error : translate(error, schema);
  const failure =
    known ?? new AppError('internal', 'Something went wrong on our side; the request id helps to find it');
  const status = errorStatus(failure.code);
  return {
    status,
    headers: headersOf(status, failure),
    body: {
      error: { code: failure.code, message: failure.message, details: failure.details, request_id: requestId },
    },
    unexpected: known === undefined || status === 500,
  };
}

/** RFC 9110: a 401 names the scheme that is asked for. RFC 6750: and whether a token was sent, which is refused. */
const CHALLENGE = 'Bearer realm="loom"';
const REFUSED_TOKENS: ReadonlySet<ErrorCode> = new Set(['invalid_token', 'invalid_key']);

function headersOf(status: number, { code, details }: AppError): Problem['headers'] {
  if (status === 429 || status === 503) return { 'retry-after': String(retryAfter(details)) };
  if (status !== 401) return {};
  return { 'www-authenticate': REFUSED_TOKENS.has(code) ? `${CHALLENGE}, error="invalid_token"` : CHALLENGE };
}

/** Returns the AppError for an error of a library that the client caused; `undefined` for faults of the server. */
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

/** Nest exceptions have `getStatus`; errors of Fastify and many libraries have `statusCode`. */
function statusOf(error: object): number | undefined {
  if ('getStatus' in error && typeof error.getStatus === 'function')
    return (error as { getStatus(): number }).getStatus();
  if ('statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return undefined;
}

/** Passes on only messages of 4xx errors, which describe the client's own request. */
function messageOf(error: object, code: ErrorCode): string {
  const given = error instanceof Error ? error.message : '';
  return errorStatus(code) < 500 && given !== ''
    ? given
    : 'The request cannot be handled at the moment; try again shortly';
}

function retryAfter(details: readonly ErrorDetail[]): number {
  const given = details.map((detail) => detail['retry_after']).find((seconds) => typeof seconds === 'number');
  return given === undefined ? DEFAULT_RETRY_AFTER_S : Math.max(1, Math.ceil(given));
}
