import { AppError } from '#libs/kernel';

/** The refusal of an attempt; the next one is allowed after so many seconds. */
export function tooManyFailures(seconds: number): AppError {
  return new AppError('rate_limited', `Too many failed sign-ins: try again in ${seconds} s`, [
    { message: 'Too many failures in a minute', retry_after: seconds },
  ]);
}
