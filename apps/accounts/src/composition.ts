import type { Clock, Ids, Secret } from '#libs/kernel';
import { endedSessions, revokedKeys } from '#libs/contracts';
import { Argon2Hasher, deriveKey, SealedBox } from '#libs/crypto';
import type { FactPublisher } from '#libs/facts';
import type { Logger } from '#libs/observability';
import { OutboxRelay, type Database } from '#libs/postgres';
import type { RedisConnection } from '#libs/redis';
import type { AccountsPorts } from './application/ports/all.js';
import { FailedNetworks } from './cache/failed-networks.js';
import { MemoryFailureLimit } from './cache/memory-failure-limit.js';
import { RedisFailureLimit } from './cache/redis-failure-limit.js';
import { RedisEndedSessions } from './cache/redis-ended-sessions.js';
import { RedisKeyRecords } from './cache/redis-key-records.js';
import { RedisRevocationList } from './cache/redis-revocation-list.js';
import { accountsUseCases } from './application/composition.js';
import type { AccountsSettings } from './config.js';
import { KeyedEntropy } from './crypto/keyed-entropy.js';
import { rs256TokenSigner } from './crypto/rs256-token-signer.js';
import { PostgresKeyUses } from './db/api-keys/key-use.store.js';
import { PostgresRevokedKeys } from './db/api-keys/revoked-key.store.js';
import { PostgresUnitOfWork } from './db/postgres-unit-of-work.js';
import { PostgresEndedSessions } from './db/sessions/ended-session.store.js';
import { housekeeping } from './jobs/housekeeping.js';
import { minuteOfFailures } from './jobs/minute-of-failures.js';
import { revocationList } from './jobs/revocation-list.js';
import { FirstStart } from './lifecycles/first-start.js';

export interface AccountsDependencies {
  readonly database: Database;
  readonly publisher: FactPublisher;
  readonly redis: RedisConnection;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Signing keys are sealed, and refresh tokens computed, with keys that are derived from it. */
  readonly roleSecret: Secret;
  readonly settings: AccountsSettings;
}

/** The accounts service: its adapters, use cases, outbox relay, jobs and lifecycles. */
export function composeAccounts(deps: AccountsDependencies) {
  const { database, publisher, redis, logger } = deps;
  const hasher = new Argon2Hasher('sign-in');
  const keyRecords = new RedisKeyRecords(redis, logger);
  const ports = accountsPorts(deps, { hasher, keyRecords });
  const useCases = accountsUseCases(ports);
  const lists = revocationLists(redis, ports);
  // Redis refuses a revoked key before any reader of the fact learns of the revocation.
  const endedInRedis = new RedisEndedSessions(redis);
  const beforePublish = [keyRecords.beforePublish.bind(keyRecords), endedInRedis.beforePublish.bind(endedInRedis)];
  return {
    database,
    ...useCases,
    relay: new OutboxRelay(database, publisher, { log: logger, beforePublish }),
    jobs: [
      housekeeping({ ...useCases, logger }),
      revocationList('revoked keys', lists.keys),
      revocationList('ended sessions', lists.sessions),
      minuteOfFailures(useCases.failedSignIns),
    ],
    lifecycles: [
      { start: () => hasher.check(), stop: () => useCases.failedSignIns.endMinute() },
      new FirstStart({ ...useCases, logger }),
    ],
  };
}

/** For processes that receive no facts. */
function revocationLists(redis: RedisConnection, { clock, ...sources }: AccountsPorts) {
  const keys = async (since: Date, limit: number) =>
    (await sources.revokedKeys.since(since, limit)).map(({ lookupId: id, at }) => ({ id, at }));
  const sessions = (since: Date, limit: number) => sources.endedSessions.since(since, limit);
  return {
    keys: new RedisRevocationList({ redis, clock, list: revokedKeys, revokedSince: keys }),
    sessions: new RedisRevocationList({ redis, clock, list: endedSessions, revokedSince: sessions }),
  };
}

/** Seals the private signing keys in the database. */
export const signingKeyBox = (roleSecret: Secret): SealedBox => new SealedBox(deriveKey(roleSecret, 'signing keys'));

function accountsPorts(
  { database, redis, logger, clock, ids, roleSecret, settings }: AccountsDependencies,
  given: Pick<AccountsPorts, 'hasher' | 'keyRecords'>,
): AccountsPorts {
  const failureLimit = (perMinute: number) =>
    new RedisFailureLimit(redis, perMinute, new MemoryFailureLimit(clock, Math.ceil(perMinute / 2)));
  return {
    ...given,
    uow: new PostgresUnitOfWork(database, signingKeyBox(roleSecret)),
    keyHasher: new Argon2Hasher('keys'),
    networks: new FailedNetworks(clock),
    onLateAudit: (err) => logger.warn({ err }, 'a failed sign-in was not audited; it is counted in the next entry'),
    entropy: new KeyedEntropy(deriveKey(roleSecret, 'refresh tokens')),
    failures: failureLimit(settings.signInFailures),
    linkFailures: failureLimit(settings.linkFailures),
    signer: rs256TokenSigner(),
    revokedKeys: new PostgresRevokedKeys(database),
    endedSessions: new PostgresEndedSessions(database),
    keyUses: new PostgresKeyUses(database),
    clock,
    ids,
    policy: settings,
  };
}
