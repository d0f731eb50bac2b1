import type { Provider } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { Database, type RelayOptions } from '#libs/postgres';
import { LOGGER } from '#libs/service';
import { FactConsumers } from '#libs/bus';
import { RedisConnection } from '#libs/redis';
import type { Logger } from '#libs/observability';
import { KeyUses, RecordKeyUsage } from './application/api-keys/record-key-usage.js';
import { KeyRecords, RevokedKeys } from './application/api-keys/list-revocations.js';
import { RedisKeyRecords } from './cache/redis-key-records.js';
import { RedisRevocationList } from './cache/redis-revocation-list.js';
import { PostgresKeyUses, PostgresRevokedKeys } from './db/api-keys/key-use.store.js';
import { KeyUsageConsumer } from './messaging/on-api-key-used.js';

/** What edge services are told of API keys, and what they tell. */
export const keyLife: Provider[] = [
  { provide: RevokedKeys, inject: [Database], useFactory: (database: Database) => new PostgresRevokedKeys(database) },
  { provide: KeyUses, inject: [Database], useFactory: (database: Database) => new PostgresKeyUses(database) },
  {
    provide: KeyRecords,
    inject: [RedisConnection, LOGGER],
    useFactory: (redis: RedisConnection, logger: Logger) => new RedisKeyRecords(redis, logger),
  },
  {
    provide: RedisRevocationList,
    inject: [RedisConnection, RevokedKeys, Clock, LOGGER],
    useFactory: (redis: RedisConnection, revokedKeys: RevokedKeys, clock: Clock, logger: Logger) =>
      new RedisRevocationList(redis, revokedKeys, clock, logger),
  },
  {
    provide: KeyUsageConsumer,
    inject: [FactConsumers, RecordKeyUsage],
    useFactory: (consumers: FactConsumers, record: RecordKeyUsage) => new KeyUsageConsumer(consumers, record),
  },
];

/** Redis refuses a revoked key before anybody hears of the revocation. */
export const accountsRelay = {
  inject: [RedisConnection, LOGGER],
  useFactory: (redis: RedisConnection, logger: Logger): RelayOptions => {
    const records = new RedisKeyRecords(redis, logger);
    return { beforePublish: [(row) => records.beforePublish(row)] };
  },
};
