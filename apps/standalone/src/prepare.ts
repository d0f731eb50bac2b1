import { CAPTURE_STREAM, durables, streams, type StreamDefinition } from '#libs/contracts';
import {
  Bus,
  createLogger,
  ensureTopology,
  PLATFORM_SETTINGS,
  parseSettings,
  platformSettings,
  prepareDatabase,
  type PlatformSettings,
} from '#libs/platform';
import { accountsMigrations } from '../../accounts/src/index.js';
import { analyticsMigrations } from '../../analytics/src/index.js';
import { auditMigrations } from '../../audit/src/index.js';
import { flagsMigrations } from '../../flags/src/index.js';

const NATS_TIMEOUT_MS = 15_000;

/**
 * The one step before services start: roles, schemas and migrations in Postgres, streams and durables in NATS. Idempotent; two
 * at once do no harm. Ends with 1 when something is missing.
 */
async function prepare(settings: PlatformSettings): Promise<void> {
  const logger = createLogger({ service: 'prepare', level: settings.logLevel });
  if (settings.postgres === undefined) throw new Error('LOOM_POSTGRES_URL and LOOM_ROLE_SECRET must be set');
  const { url, roleSecret } = settings.postgres;
  const migrations = [
    { name: 'accounts', migrations: accountsMigrations },
    flagsMigrations,
    { name: 'audit', migrations: auditMigrations },
    analyticsMigrations,
  ];
  await prepareDatabase(url.expose(), migrations, roleSecret.expose());
  const bus = new Bus({ url: settings.nats.url.expose(), name: 'prepare' }, logger);
  bus.start();
  const connection = await withTimeout(bus.connection(), NATS_TIMEOUT_MS, 'NATS is not reachable');
  await ensureTopology(connection, {
    streams: streamsFor(settings.nats.captureMaxBytes),
    durables: Object.values(durables),
    replicas: settings.nats.replicas,
  });
  await bus.drain();
  logger.info('prepared');
}

function streamsFor(captureMaxBytes: number | undefined): readonly StreamDefinition[] {
  if (captureMaxBytes === undefined) return streams;
  return streams.map((stream) => (stream.name === CAPTURE_STREAM ? { ...stream, maxBytes: captureMaxBytes } : stream));
}

async function withTimeout<T>(work: Promise<T>, ms: number, message: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(message)), ms);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

try {
  await prepare(parseSettings([platformSettings], process.env).get(PLATFORM_SETTINGS) as PlatformSettings);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
