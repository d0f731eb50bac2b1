import { CAPTURE_STREAM, durables, streams, type StreamDefinition } from '#libs/contracts';
import { Bus, ensureTopology } from '#libs/bus';
import { PLATFORM_SETTINGS, parseSettings, platformSettings, type PlatformSettings } from '#libs/service';
import { prepareDatabase } from '#libs/postgres';
import { createLogger, type Logger } from '#libs/observability';
import { accountsMigrations } from '../../accounts/src/index.js';
import { analyticsMigrations } from '../../analytics/src/index.js';
import { auditMigrations } from '../../audit/src/index.js';
import { flagsMigrations } from '../../flags/src/index.js';

const NATS_TIMEOUT_MS = 15_000;

/**
 * The one step before services start: roles, schemas and migrations in Postgres, streams and durables in NATS; with `migrations`
 * or `streams` as argument only these. Idempotent; two at once do no harm. Ends with 1 when something is missing.
 */
const steps = { migrations: migrate, streams: makeStreams } as const;
type Step = keyof typeof steps;

async function prepare(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.filter((step) => !(step in steps));
  if (unknown.length > 0) throw new Error(`There is no step ${unknown.join(', ')}: migrations, streams`);
  const settings = parseSettings([platformSettings], process.env).get(PLATFORM_SETTINGS) as PlatformSettings;
  const logger = createLogger({ service: 'prepare', level: settings.logLevel });
  const chosen = wanted.length === 0 ? Object.keys(steps) : wanted;
  for (const step of chosen) await steps[step as Step](settings, logger);
  logger.info({ steps: chosen }, 'prepared');
}

async function migrate({ postgres }: PlatformSettings): Promise<void> {
  if (postgres === undefined) throw new Error('LOOM_POSTGRES_URL and LOOM_ROLE_SECRET must be set');
  const migrations = [
    { name: 'accounts', migrations: accountsMigrations },
    flagsMigrations,
    { name: 'audit', migrations: auditMigrations },
    analyticsMigrations,
  ];
  await prepareDatabase(postgres.url.expose(), migrations, postgres.roleSecret.expose());
}

async function makeStreams({ nats }: PlatformSettings, logger: Logger): Promise<void> {
  const bus = new Bus({ url: nats.url.expose(), name: 'prepare' }, logger);
  bus.start();
  const connection = await withTimeout(bus.connection(), NATS_TIMEOUT_MS, 'NATS is not reachable');
  await ensureTopology(connection, {
    streams: streamsFor(nats.captureMaxBytes),
    durables: Object.values(durables),
    replicas: nats.replicas,
  });
  await bus.drain();
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
  await prepare(process.argv.slice(2));
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
