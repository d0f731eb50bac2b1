import { AppError, SystemClock } from '#libs/kernel';
import { createLogger } from '#libs/observability';
import { Database, Inbox } from '#libs/postgres';
import { PLATFORM_SETTINGS, parseSettings, platformSettings, type PlatformSettings } from '#libs/service';
import { RedisConnection } from '#libs/redis';
import { UuidV7Ids } from '#libs/crypto';
import { Registry } from 'prom-client';
import { RulesetCache } from './cache/ruleset-cache.js';
import { RulesetStore } from './cache/ruleset-store.js';
import { Epoch } from './db/epoch.js';
import { PostgresRulesets } from './db/postgres-rulesets.js';
import { PostgresUnitOfWork } from './db/postgres-unit-of-work.js';
import { LoggedEpochAlarm } from './epoch-alarm.js';

export type ByHand = ReturnType<typeof compose>;

/** The part of flags that needs no NATS, for programs that somebody runs by hand; it takes the settings of the services. */
export async function byHand<T>(name: string, work: (parts: ByHand) => Promise<T>): Promise<T> {
  const parts = compose(
    name,
    parseSettings([platformSettings], process.env).get(PLATFORM_SETTINGS) as PlatformSettings,
  );
  try {
    return await work(parts);
  } finally {
    parts.redis.close();
    await parts.database.close();
  }
}

function compose(name: string, settings: PlatformSettings) {
  const { postgres } = settings;
  if (postgres === undefined) throw new AppError('bad_request', 'LOOM_POSTGRES_URL and LOOM_ROLE_SECRET must be set');
  const logger = createLogger({ service: name, level: 'error', destination: process.stderr });
  const [clock, ids] = [new SystemClock(), new UuidV7Ids()];
  const connection = { url: postgres.url.expose(), roleSecret: postgres.roleSecret.expose() };
  const database = new Database({ service: 'flags', ...connection });
  const redis = new RedisConnection(settings.redis.url.expose(), name, logger);
  const epoch = new Epoch(database, clock, ids, new LoggedEpochAlarm(logger, new Registry()));
  const rulesets = new PostgresRulesets(database, epoch);
  const cache = new RulesetCache(new RulesetStore(redis), rulesets, epoch, clock, logger);
  const uow = new PostgresUnitOfWork(database, new Inbox(database), epoch, clock);
  return { database, redis, epoch, cache, uow, ids };
}
