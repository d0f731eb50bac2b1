import { AppError, type ErrorCode } from '#libs/kernel';

/** A refusal that names the field at fault. */
export function invalid(code: ErrorCode, field: string, message: string): AppError {
  return new AppError(code, `${field}: ${message}`, [{ field, message }]);
}
