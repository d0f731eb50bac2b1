import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import pg from 'pg';
import { UUID } from '#libs/contracts';
import { knownEnvironment } from '../start/known-environment.js';

/**
 * `kill-switch <key> --org <slug or id> | --platform [--off] --reason "…"`: finds the platform and the organization, and runs the
 * program of flags that switches it. Exit codes: apps/flags/src/operator/break-glass.ts.
 */
const PROGRAM = 'dist/apps/flags/src/operator/break-glass.js';

/** Looks up the id: flags stores no slugs. */
async function organizationId(named: string, databaseUrl: string): Promise<string> {
  if (UUID.test(named)) return named;
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000, query_timeout: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ id: string }>('select id from accounts.organization where slug = $1', [
      named,
    ]);
    if (rows[0] === undefined) throw new Error(`there is no organization ${named}`);
    return rows[0].id;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function main(): Promise<number> {
  const env = await knownEnvironment(process.env);
  const args = process.argv.slice(2);
  const named = args.indexOf('--org') + 1;
  if (named > 0 && args[named] !== undefined)
    args[named] = await organizationId(args[named], env['LOOM_POSTGRES_URL']!);
  const as = ['--operator', userInfo().username];
  const options = { env, stdio: 'inherit', timeout: 30_000 } as const;
  return spawnSync(process.execPath, ['--enable-source-maps', PROGRAM, ...args, ...as], options).status ?? 1;
}

process.exit(
  await main().catch((error: unknown) => {
    console.error(`Nothing was changed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }),
);
