import { AppError, invalid } from '#libs/kernel';
import type { Origin } from '#libs/contracts';
import { chosenPassword } from '../../domain/people/password.js';

/** A link that was opened, by an account or by a new person. */
export interface LinkRequest {
  readonly hash: string;
  readonly password?: string;
  /** The signed-in account. */
  readonly userId?: string;
  readonly origin: Origin;
}

/** The password of a new person. @throws AppError `invalid_password` */
export function newPassword({ password }: LinkRequest): string {
  if (password !== undefined) return chosenPassword(password);
  throw invalid('invalid_password', 'password', 'Choose a password, or sign in and open the link again');
}

export function accountExists(): AppError {
  return new AppError('already_exists', 'This address has an account: sign in, then open the link', [
    { field: 'token', message: 'The link stays valid' },
  ]);
}
