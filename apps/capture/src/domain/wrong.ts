import { AppError, type ErrorCode } from '#libs/kernel';

/** A field that is not as it must be. `at` is the item of a batch that it belongs to. */
export function wrong(code: ErrorCode, name: string, message: string, at?: number): AppError {
  const item = at === undefined ? '' : `batch[${at}]`;
  const field = item === '' || name === '' ? item + name : `${item}.${name}`;
  return new AppError(code, `${field === '' ? 'The body' : field} ${message}`, [{ field, message }]);
}
