import { AppError } from '#libs/kernel';

/** The same refusal for a token that is unknown, used, replaced or expired. */
export function invalidLink(): AppError {
  return new AppError('invalid_token', 'This link is not valid, was used or has expired: request another one');
}
