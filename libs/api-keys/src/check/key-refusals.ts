import { AppError } from '#libs/kernel';

export function invalidKey(): AppError {
  return new AppError('invalid_key', 'The API key is not valid');
}

export function isOverloaded(error: unknown): boolean {
  return error instanceof AppError && error.code === 'overloaded';
}

export function unconfirmed(): AppError {
  return new AppError(
    'bus_unavailable',
    'For too long it could not be checked whether this key was revoked; try again shortly',
  );
}
