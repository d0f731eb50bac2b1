import { access } from 'node:fs/promises';
import { Program } from '#libs/local-servers';
import pg from 'pg';
import { runPostgresTool, type Print } from './postgres-tools.js';

const PREPARE = 'dist/apps/standalone/src/prepare.js';
const NEW_EPOCH = 'dist/apps/flags/src/operator/new-epoch.js';
const STEP_MS = 10 * 60_000;
/** Each service connects with its own role: a connection means that the service runs. */
const RUNNING = `select count(*)::int as n from pg_stat_activity
  where datname = current_database() and usename like 'loom\\_%'`;
const SCHEMAS = `select nspname as name from pg_namespace
  where pg_get_userbyid(nspowner) like 'loom\\_%\\_owner' order by nspname`;

/**
 * Replaces the database by a backup: first the roles, then the contents of the file, then the migrations that are newer than the file,
 * and last a new epoch, so that no reader keeps data that the backup lacks. Safe to run again after a failure.
 *
 * @throws Error when services are connected, or with the error output of the step that failed
 */
export async function restore(file: string, env: NodeJS.ProcessEnv, print: Print): Promise<void> {
  const url = env['LOOM_POSTGRES_URL']!;
  await access(file);
  await withAdmin(url, refuseWhileRunning);
  // Roles belong to the server and are not in the file; an empty database gets its schemas here.
  await runStep(PREPARE, env);
  await withAdmin(url, dropSchemas);
  print(`Restoring ${file} …`);
  await runPostgresTool('pg_restore', url, ['--exit-on-error', '--single-transaction', '--no-password', file]);
  await runStep(PREPARE, env);
  print(`The epoch from now on: ${(await runStep(NEW_EPOCH, env)).trim()}`);
}

async function refuseWhileRunning(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ n: number }>(RUNNING);
  if (rows[0]!.n > 0) throw new Error('Services are connected to the database. Stop them first; nothing was changed.');
}

/** Removes tables that were created after the backup was made. */
async function dropSchemas(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(SCHEMAS);
  for (const { name } of rows) await admin.query(`drop schema ${admin.escapeIdentifier(name)} cascade`);
}

async function withAdmin(url: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: STEP_MS });
  admin.on('error', () => undefined);
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

async function runStep(entry: string, env: NodeJS.ProcessEnv): Promise<string> {
  const program = new Program({ entry, env });
  const timer = setTimeout(() => void program.kill9(), STEP_MS);
  const { code } = await program.exited;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${entry} failed:\n${program.output}`);
  return program.output;
}
