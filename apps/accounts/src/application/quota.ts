import { AppError } from '#libs/kernel';

/** Call it under a lock that every creation takes. @throws AppError `quota_exceeded` when there is no room for one more */
export function assertQuota(what: string, limit: number, used: number): void {
  if (used < limit) return;
  throw new AppError('quota_exceeded', `The organization has its ${limit} ${what}: remove some first`, [
    { message: `At most ${limit} ${what}`, limit, used },
  ]);
}
