import { Registry } from 'prom-client';
import { AppError, SystemClock } from '#libs/kernel';
import { UuidV7Ids } from '#libs/crypto';
import { createLogger } from '#libs/observability';
import { Database } from '#libs/postgres';
import { RedisConnection } from '#libs/redis';
import { PLATFORM_SETTINGS, parseSettings, platformSettings, postgresOf, type PlatformSettings } from '#libs/service';
import { composeOperatorParts, type OperatorParts } from '../composition.js';
import { LoggedEpochAlarm } from '../metrics/epoch-alarm.js';

/** Runs a program of an operator with the parts of flags that need no NATS. Its settings are those of the services. */
export async function withOperatorContext<T>(name: string, work: (parts: OperatorParts) => Promise<T>): Promise<T> {
  const settings = parseSettings([platformSettings], process.env).get(PLATFORM_SETTINGS) as PlatformSettings;
  const parts = operatorParts(name, settings);
  try {
    return await work(parts);
  } finally {
    parts.redis.close();
    await parts.database.close();
  }
}

function operatorParts(name: string, settings: PlatformSettings): OperatorParts {
  if (settings.postgres === undefined) {
    throw new AppError('bad_request', 'LOOM_POSTGRES_URL and LOOM_ROLE_SECRET must be set');
  }
  const logger = createLogger({ service: name, level: 'error', destination: process.stderr });
  return composeOperatorParts({
    database: new Database({ service: 'flags', log: logger, ...postgresOf(settings, 'flags') }),
    redis: new RedisConnection(settings.redis.url.expose(), name, logger),
    clock: new SystemClock(),
    ids: new UuidV7Ids(),
    alarm: new LoggedEpochAlarm(logger, new Registry()),
    logger,
  });
}
