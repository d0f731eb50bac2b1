import { findPostgresTool, run } from '#libs/local-servers';

const TIMEOUT_MS = 60 * 60_000;

export type Print = (line: string) => void;

/** Runs a program of Postgres against a database; the password is in the environment, where `ps` does not show it. */
export async function runPostgresTool(name: string, databaseUrl: string, args: readonly string[]): Promise<void> {
  const url = new URL(databaseUrl);
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(url.password) };
  url.password = '';
  await runTool(name, [...args, `--dbname=${url.href}`], env);
}

/** Runs pg_restore on a backup without a database. @throws Error with its error output, for a file that is no backup too */
export function readBackup(args: readonly string[]): Promise<void> {
  return runTool('pg_restore', args, process.env);
}

async function runTool(name: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  await run(await findPostgresTool(name), args, { env, timeout: TIMEOUT_MS }).catch((error: unknown) => {
    const { stderr } = error as { stderr?: string };
    throw new Error(`${name}: ${stderr?.trim() ?? String(error)}`, { cause: error });
  });
}
