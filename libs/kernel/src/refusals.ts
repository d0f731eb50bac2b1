import { AppError } from './app-error.js';
import type { ErrorCode } from './error-codes.js';

/** The refusal of one field; `message` is the rule that its value breaks: `must be 1 to 200`. */
export function invalid(code: ErrorCode, field: string, message: string): AppError {
  return new AppError(code, `${field}: ${message}`, [{ field, message }]);
}

/**
 * Refuses a write by a caller that has seen another version than the current one. Without `seen` every version is accepted.
 * @param what subject of the message: `The flag checkout.new_flow`
 * @throws AppError `version_conflict`, with the current version in its details
 */
export function checkVersion(what: string, current: number, seen: number | undefined): void {
  if (seen === undefined || seen === current) return;
  const message = `${what} is at version ${current}, not ${seen}; read it again`;
  throw new AppError('version_conflict', message, [{ field: 'If-Match', message, current_version: current }]);
}
