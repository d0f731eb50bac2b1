import pg, { type Client } from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { sessionOptions } from '../pool/client-config.js';
import { prepareService } from './prepare-roles.js';
import { assertServiceName, roleName, roleUrl } from '../pool/settings.js';

/** A TypeORM migration in plain SQL. Migrations run in order of the 13 digits that end their class names. */
type Migration = new () => MigrationInterface;

export interface ServiceMigrations {
  readonly name: string;
  readonly migrations: readonly Migration[];
}

const MIGRATIONS = 'migration';
const CONNECT_TIMEOUT_MS = 5_000;
/** Limit of one statement of a migration, and of waiting for a concurrent `prepareDatabase`. */
const JOB_TIMEOUT_MS = 15 * 60_000;
const LOCK = `hashtextextended('loom_prepare_database', 0)`;

/**
 * Prepares a database for the services: roles, schemas and privileges, then the migrations of each service as its owner role.
 * Idempotent and safe to run concurrently: the second run waits for the first and finds nothing to do.
 * @param adminUrl of a role that may create roles and schemas
 * @param roleSecret the passwords of the roles are derived from it
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

/** Closing the connection releases the advisory lock. */
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
    migrationsTableName: MIGRATIONS,
    migrationsTransactionMode: 'each',
    poolSize: 1,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    applicationName: `loom_${name}_migrations`,
    extra: { lock_timeout: 2_000, query_timeout: JOB_TIMEOUT_MS, options: sessionOptions(name) },
  });
  await source.initialize();
  try {
    await source.runMigrations({ transaction: 'each' });
    // TypeORM creates its table with the default privileges of the schema; services neither read nor write it.
    await source.query(`revoke all on ${MIGRATIONS} from ${roleName(name, 'app')}, ${roleName(name, 'system')}`);
  } finally {
    await source.destroy();
  }
}
