import { AppError, type ErrorCode } from '#libs/kernel';

/** The refusal of one field; `message` is the rule that its value breaks. */
export function invalid(code: ErrorCode, field: string, message: string): AppError {
  return new AppError(code, message, [{ field, message }]);
}
