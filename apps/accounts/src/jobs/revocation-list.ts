import type { Job } from '#libs/service';

const PERIOD_MS = 2_000;

/** Renews a list in Redis. The first run is delayed at random, so that replicas do not run together. */
export function revocationList(what: string, list: { refresh(): Promise<void> }): Job {
  return {
    name: `the renewal of the list of ${what} in Redis`,
    everyMs: PERIOD_MS,
    firstAfterMs: PERIOD_MS * Math.random(),
    run: () => list.refresh(),
  };
}
