import { PLATFORM } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { Change } from './ports/unit-of-work.js';

/** The largest number of objects that an organization may have. Archived flags count; the platform has no limit. */
export interface ObjectQuotas {
  readonly flags: number;
  readonly segments: number;
}

export const DEFAULT_QUOTAS: ObjectQuotas = { flags: 10_000, segments: 1_000 };

/**
 * Counts inside the change, which holds the lock of the scope, so that concurrent creations cannot pass the limit.
 * @throws AppError `quota_exceeded` when there is no room for so many more
 */
export async function assertRoom(
  tx: Change,
  kind: keyof ObjectQuotas,
  { quotas, added = 1 }: { readonly quotas: ObjectQuotas; readonly added?: number },
): Promise<void> {
  if (tx.scope === PLATFORM) return;
  const limit = quotas[kind];
  const used = await tx[kind].count();
  if (used + added <= limit) return;
  throw new AppError('quota_exceeded', `The organization has ${used} of ${limit} ${kind}: delete some first`, [
    { message: `At most ${limit} ${kind}`, limit, used },
  ]);
}
