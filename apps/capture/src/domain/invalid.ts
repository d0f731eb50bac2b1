import { AppError, type ErrorCode } from '#libs/kernel';

/** The refusal of a field. `at` is the index of its event in a batch. */
export function invalid(code: ErrorCode, name: string, message: string, at?: number): AppError {
  const item = at === undefined ? '' : `batch[${at}]`;
  const field = item === '' || name === '' ? item + name : `${item}.${name}`;
  return new AppError(code, `${field === '' ? 'The body' : field} ${message}`, [{ field, message }]);
}
