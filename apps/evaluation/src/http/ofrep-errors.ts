import type { FastifyRequest } from 'fastify';
import type { Problem } from '#libs/http';

const PARSE_CODES: ReadonlySet<string> = new Set([
  'empty_body',
  'invalid_json',
  'invalid_utf8',
  'invalid_string',
  'duplicate_key',
  'forbidden_key',
  'too_deep',
  'too_many_members',
]);

export function notFound(key: string): string {
  return JSON.stringify({ key, errorCode: 'FLAG_NOT_FOUND', errorDetails: `There is no flag ${key}` });
}

/** The HTTP status of a single evaluation with this OpenFeature error code. */
export function statusOf(errorCode: string | undefined): number {
  if (errorCode === undefined) return 200;
  return errorCode === 'GENERAL' ? 500 : 400;
}

/**
 * OFREP's error bodies instead of the envelope: `{key, errorCode, errorDetails}` on the single-flag route, without `key` in bulk;
 * `{errorDetails}` for 401, 403, 413 and 429, which clients recognise by their status.
 */
export function ofrepError({ status, body }: Problem, request: FastifyRequest): unknown {
  const { code, message, request_id } = body.error;
  const errorDetails = `${message} (request ${request_id})`;
  if ([401, 403, 413, 429].includes(status)) return { errorDetails };
  const { key } = (request.params ?? {}) as { key?: string };
  return { ...(key === undefined ? {} : { key }), errorCode: errorCodeOf(status, code), errorDetails };
}

function errorCodeOf(status: number, code: string): string {
  if (status >= 500) return 'GENERAL';
  if (PARSE_CODES.has(code) || status === 415) return 'PARSE_ERROR';
  return 'INVALID_CONTEXT';
}
