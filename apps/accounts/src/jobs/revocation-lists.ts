import { endedSessions, revokedKeys } from '#libs/contracts';
import type { RedisConnection } from '#libs/redis';
import type { Job } from '#libs/service';
import type { AccountsPorts } from '../application/ports/all.js';
import { RedisRevocationList } from '../cache/redis-revocation-list.js';

const PERIOD_MS = 2_000;

type Sources = Pick<AccountsPorts, 'revokedKeys' | 'endedSessions' | 'clock'>;

/** Renews the lists of revocations in Redis, for processes that receive no facts. */
export function revocationLists(redis: RedisConnection, { clock, ...sources }: Sources): readonly Job[] {
  const keys = async (since: Date, limit: number) =>
    (await sources.revokedKeys.since(since, limit)).map(({ lookupId: id, at }) => ({ id, at }));
  const sessions = (since: Date, limit: number) => sources.endedSessions.since(since, limit);
  return [
    renewal('revoked keys', new RedisRevocationList({ redis, clock, list: revokedKeys, revokedSince: keys })),
    renewal('ended sessions', new RedisRevocationList({ redis, clock, list: endedSessions, revokedSince: sessions })),
  ];
}

/** The first run is delayed at random, so that replicas do not run together. */
function renewal(what: string, list: RedisRevocationList): Job {
  return {
    name: `the renewal of the list of ${what} in Redis`,
    everyMs: PERIOD_MS,
    firstAfterMs: PERIOD_MS * Math.random(),
    run: () => list.refresh(),
  };
}
