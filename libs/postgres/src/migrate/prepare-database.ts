import pg, { type Client } from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { sessionOptions } from '../pool/client-config.js';
import { prepareService } from './prepare-roles.js';
import { assertServiceName, roleUrl } from '../pool/settings.js';

/** A TypeORM migration in plain SQL; the class's name ends in 13 digits (`CreateFlags1760000000000`), which order them. */
export type Migration = new () => MigrationInterface;

export interface ServiceMigrations {
  readonly name: string;
  readonly migrations: readonly Migration[];
}

const CONNECT_TIMEOUT_MS = 5_000;
/** How long one statement of a migration may take, and how long one job waits for another. */
const JOB_TIMEOUT_MS = 15 * 60_000;
const LOCK = `hashtextextended('loom_prepare_database', 0)`;

/**
 * Makes a database ready for the services: roles, schemas, privileges, then each service's migrations as its owner role.
 * Idempotent, and safe when two run at once: the second waits, and finds nothing to do.
 */
export async function prepareDatabase(
  adminUrl: string,
  services: readonly ServiceMigrations[],
  roleSecret: string,
): Promise<void> {
  for (const { name } of services) assertServiceName(name);
  await withAdmin(adminUrl, async (admin) => {
    await admin.query(`select pg_advisory_lock(${LOCK})`);
    for (const { name } of services) await prepareService(admin, name, roleSecret);
    for (const service of services)
      await migrate(roleUrl({ url: adminUrl, roleSecret }, service.name, 'owner'), service);
  });
}

/** The lock ends with the connection. */
async function withAdmin(url: string, work: (admin: Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({
    connectionString: url,
    application_name: 'loom_prepare_database',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: JOB_TIMEOUT_MS,
  });
  admin.on('error', () => undefined);
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

async function migrate(url: string, { name, migrations }: ServiceMigrations): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url,
    schema: name,
    synchronize: false,
    installExtensions: false,
    migrations: [...migrations],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    poolSize: 1,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    applicationName: `loom_${name}_migrations`,
    extra: { lock_timeout: 2_000, query_timeout: JOB_TIMEOUT_MS, options: sessionOptions(name) },
  });
  await source.initialize();
  try {
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await source.destroy();
  }
}
