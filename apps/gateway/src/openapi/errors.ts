import { errorStatus, type ErrorCode } from '#libs/kernel';

/** Errors that every route of signed-in people may answer, besides its own. */
export const PERSON_ERRORS = [
  'unauthenticated',
  'invalid_token',
  'invalid_key',
  'forbidden_for_key_type',
  'rate_limited',
  'bus_unavailable',
] as const;
/** Errors that every route of API keys may answer, besides its own. */
export const KEY_ERRORS = [
  'unauthenticated',
  'invalid_key',
  'key_in_url',
  'forbidden_for_key_type',
  'rate_limited',
  'bus_unavailable',
] as const;
/** Errors that every route with a body may answer, besides its own. */
export const BODY_ERRORS = [
  'invalid_json',
  'invalid_utf8',
  'invalid_string',
  'duplicate_key',
  'forbidden_key',
  'too_deep',
  'too_many_members',
  'invalid_type',
  'unknown_field',
  'too_long',
  'body_too_large',
  'unsupported_media_type',
  'request_timeout',
] as const;

export interface ErrorResponse {
  readonly status: number;
  readonly description: string;
  readonly content: Readonly<Record<string, object>>;
}

/** The error answers of a route, one per status, with an example per code. */
export function errorResponses(codes: readonly ErrorCode[]): readonly ErrorResponse[] {
  const byStatus = Map.groupBy([...new Set(codes)], errorStatus);
  return [...byStatus].map(([status, same]) => ({
    status,
    description: same.map((code) => `\`${code}\``).join(', '),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' }, examples: examplesOf(same) } },
  }));
}

function examplesOf(codes: readonly ErrorCode[]): Record<string, object> {
  return Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }]));
}

function exampleOf(code: ErrorCode): object {
  const request_id = '01997d1c-5b3c-7000-8000-000000000000';
  return { error: { code, message: 'What is wrong and what to do', details: [], request_id } };
}
