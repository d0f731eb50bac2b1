import { AppError } from './app-error.js';
import type { ErrorCode } from './error-codes.js';

/** Characters of a field's name that a refusal repeats. */
const MAX_NAME = 100;
/** Versions that a refusal repeats. */
const MAX_NAMED = 5;

/** The refusal of one field; `message` is the rule that its value breaks: `must be 1 to 200`. */
export function invalid(code: ErrorCode, field: string, message: string): AppError {
  return new AppError(code, `${field}: ${message}`, [{ field, message }]);
}

/** The version that a caller has seen, or several of which one must be current. An empty list matches no version. */
export type SeenVersions = number | readonly number[];

/**
 * Refuses a write by a caller that has seen another version than the current one. Without `seen` every version is accepted.
 * @param what subject of the message: `The flag checkout.new_flow`
 * @throws AppError `version_conflict`, with the current version in its details
 */
export function checkVersion(what: string, current: number, seen: SeenVersions | undefined): void {
  if (seen === undefined || seen === current || (typeof seen !== 'number' && seen.includes(current))) return;
  const versions = typeof seen === 'number' ? [seen] : seen.slice(0, MAX_NAMED);
  const named = versions.length > 0 ? `not ${versions.join(' or ')}` : 'and If-Match names no version, such as "7"';
  const message = `${what} is at version ${current}, ${named}; read it again`;
  throw new AppError('version_conflict', message, [{ field: 'If-Match', message, current_version: current }]);
}

/**
 * Refuses the first field that is not in `known`. For objects that `JSON.parse` made: it looks at enumerable fields only.
 * @param path what precedes the field's name in the refusal: `context.`, `rules[2].`
 * @throws AppError `unknown_field`
 */
export function refuseUnknownFields(
  object: object,
  known: ReadonlySet<string>,
  path = '',
  advice = 'is not a known field',
): void {
  for (const name in object) {
    if (!known.has(name)) throw invalid('unknown_field', path + name.slice(0, MAX_NAME), advice);
  }
}
