import type { FastifyInstance, FastifyRequest } from 'fastify';
import { errorBodiesUnder, type Problem } from '#libs/http';

/** Bulk evaluation; with a key, the evaluation of one flag. */
export const OFREP_EVALUATE = '/ofrep/v1/evaluate/flags';
const SINGLE = `${OFREP_EVALUATE}/`;
const MAX_KEY = 300;
const PARSE_CODES: ReadonlySet<string> = new Set([
  'bad_request',
  'empty_body',
  'invalid_json',
  'invalid_utf8',
  'invalid_string',
  'duplicate_key',
  'forbidden_key',
  'too_deep',
  'too_many_members',
]);

/**
 * OFREP's error bodies instead of the envelope: `{key, errorCode, errorDetails}` on the single-flag route, without `key` in bulk;
 * `{errorDetails}` for 401, 403, 413 and 429, which clients recognise by their status.
 */
export function ofrepError({ status, body }: Problem, request: FastifyRequest): unknown {
  const { code, message, request_id } = body.error;
  const errorDetails = `${message} (request ${request_id})`;
  if ([401, 403, 413, 429].includes(status)) return { errorDetails };
  const key = keyOf(request);
  return { ...(key === undefined ? {} : { key }), errorCode: errorCodeOf(status, code), errorDetails };
}

/** Answers OFREP's body also for paths of single flags that no route accepts: clients ignore other bodies. */
export function ofrepErrors(http: FastifyInstance): void {
  errorBodiesUnder(http, OFREP_EVALUATE, ofrepError);
}

/** The key in the path; as it was sent when no route accepts it. */
function keyOf({ params, raw }: FastifyRequest): string | undefined {
  const { key } = (params ?? {}) as { key?: string };
  if (key !== undefined) return key;
  const [path = ''] = (raw.url ?? '').split('?', 1);
  return path.startsWith(SINGLE) ? path.slice(SINGLE.length, SINGLE.length + MAX_KEY) : undefined;
}

function errorCodeOf(status: number, code: string): string {
  if (status >= 500 || status === 405) return 'GENERAL';
  if (status === 404) return 'FLAG_NOT_FOUND';
  if (PARSE_CODES.has(code) || status === 414 || status === 415) return 'PARSE_ERROR';
  return 'INVALID_CONTEXT';
}
