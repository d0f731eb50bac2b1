import { Bus, ensureTopology } from '#libs/bus';
import { CAPTURE_STREAM, durables, streams, type StreamDefinition } from '#libs/contracts';
import { within } from '#libs/kernel';
import { createLogger, redactText, type Logger } from '#libs/observability';
import { prepareDatabase } from '#libs/postgres';
import { parseSettings, PLATFORM_SETTINGS, platformSettings, postgresOf, type PlatformSettings } from '#libs/service';
import { accountsMigrations } from '../../accounts/src/index.js';
import { analyticsMigrations } from '../../analytics/src/index.js';
import { auditMigrations } from '../../audit/src/index.js';
import { flagsMigrations } from '../../flags/src/index.js';

const NATS_TIMEOUT_MS = 15_000;
const migrations = [accountsMigrations, flagsMigrations, auditMigrations, analyticsMigrations];
const steps = { migrations: migrate, streams: createStreams } as const;
type Step = keyof typeof steps;

/**
 * Runs once before services start: roles, schemas and migrations in Postgres, streams and durables in NATS. With `migrations` or
 * `streams` as arguments only these. Idempotent, also when two processes run it at the same time.
 */
async function prepare(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in steps));
  if (unknown.length > 0) throw new Error(`Unknown step ${unknown.join(', ')}: use migrations or streams`);
  const settings = parseSettings([platformSettings], process.env).get(PLATFORM_SETTINGS) as PlatformSettings;
  const logger = createLogger({ service: 'prepare', level: settings.logLevel });
  const chosen = names.length === 0 ? Object.keys(steps) : names;
  for (const step of chosen) await steps[step as Step](settings, logger);
  logger.info({ steps: chosen }, 'prepared');
}

async function migrate(settings: PlatformSettings): Promise<void> {
  const { url, roleSecret } = postgresOf(settings, 'prepare');
  await prepareDatabase(url, migrations, roleSecret);
}

async function createStreams({ nats }: PlatformSettings, logger: Logger): Promise<void> {
  const bus = new Bus({ url: nats.url.expose(), name: 'prepare' }, logger);
  bus.start();
  const connection = await within(NATS_TIMEOUT_MS, bus.connection(), () => new Error('NATS is not reachable'));
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

try {
  await prepare(process.argv.slice(2));
  process.exit(0);
} catch (error) {
  console.error(redactText(error instanceof Error ? error.message : String(error)));
  process.exit(1);
}
