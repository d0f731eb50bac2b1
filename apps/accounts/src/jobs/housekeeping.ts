import type { Logger } from '#libs/observability';
import type { Job } from '#libs/service';
import type { PurgeExpired } from '../application/purge/purge-expired.js';
import type { RotateSigningKey } from '../application/signing-keys/rotate-signing-key.js';

const PERIOD_MS = 600_000;

interface HousekeepingParts {
  readonly rotateSigningKey: RotateSigningKey;
  readonly purgeExpired: PurgeExpired;
  readonly logger: Logger;
}

/** Rotates the signing key and deletes expired rows, each when it is due. */
export function housekeeping({ rotateSigningKey, purgeExpired, logger }: HousekeepingParts): Job {
  const run = async (): Promise<void> => {
    await rotateSigningKey.executeIfDue();
    const rows = await purgeExpired.execute();
    if (rows !== undefined) logger.info({ rows }, 'expired rows were deleted');
  };
  return { name: 'housekeeping', everyMs: PERIOD_MS, firstAfterMs: PERIOD_MS, run };
}
