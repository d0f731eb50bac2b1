import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '#libs/local-servers';
import pg from 'pg';
import { readBackup, runPostgresTool, type Print } from './postgres-tools.js';

const PREPARE = 'dist/apps/standalone/src/prepare.js';
const OPEN_SIGNING_KEYS = 'dist/apps/accounts/src/operator/open-signing-keys.js';
const NEW_EPOCH = 'dist/apps/flags/src/operator/new-epoch.js';
const STEP_MS = 10 * 60_000;
/** Each service connects with its own role: a connection means that the service runs. */
const RUNNING = `select count(*)::int as n from pg_stat_activity
  where datname = current_database() and usename like 'loom\\_%'`;
const SCHEMAS = `select nspname as name from pg_namespace
  where pg_get_userbyid(nspowner) like 'loom\\_%\\_owner' order by nspname`;

/**
 * Replaces the database by a backup: first a check that the role secret is the one of the backup, then the roles, then the contents of the file, then the migrations that are newer than the file,
 * and last a new epoch, so that no reader keeps data that the backup lacks. Safe to run again after a failure.
 *
 * @throws Error when services are connected or the role secret is another one, before anything was changed; or with the error output of the step that failed
 */
export async function restore(file: string, env: NodeJS.ProcessEnv, print: Print): Promise<void> {
  const url = env['LOOM_POSTGRES_URL']!;
  await access(file);
  await withAdmin(url, refuseWhileRunning);
  await requireSecretOf(file, env);
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

/** Signing keys are sealed with the role secret: under another one every sign-in would fail after the restore. */
async function requireSecretOf(file: string, env: NodeJS.ProcessEnv): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'loom-restore-'));
  try {
    const rows = join(folder, 'signing-keys.sql');
    const only = ['--data-only', '--schema=accounts', '--table=signing_key'];
    await readBackup([...only, `--file=${rows}`, file]);
    await runStep(OPEN_SIGNING_KEYS, env, [rows]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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

async function runStep(entry: string, env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<string> {
  const program = new Program({ entry, env, args });
  const timer = setTimeout(() => void program.kill9(), STEP_MS);
  const { code } = await program.exited;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${entry} failed:\n${program.output}`);
  return program.output;
}
