import type { Origin } from '#libs/contracts';
import { AppError } from '#libs/kernel';

/** What is done on behalf of somebody says of whom, and in which organization. */
export function required(origin: Origin | undefined): Origin {
  if (origin !== undefined) return origin;
  throw new AppError('bad_request', 'The request says not on whose behalf it comes');
}
