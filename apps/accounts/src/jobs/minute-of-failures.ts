import type { Job } from '#libs/service';

const MINUTE_MS = 60_000;

/** Audits the failed sign-ins that were counted within the last minute. */
export function minuteOfFailures(failedSignIns: { endMinute(): Promise<void> }): Job {
  const run = (): Promise<void> => failedSignIns.endMinute();
  return { name: 'the audit of repeated failed sign-ins', everyMs: MINUTE_MS, firstAfterMs: MINUTE_MS, run };
}
