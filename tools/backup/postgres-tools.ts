import { findPostgresTool, run } from '#libs/local-servers';

const TIMEOUT_MS = 60 * 60_000;

export type Print = (line: string) => void;

/** Runs a program of Postgres against a database; the password is in the environment, where `ps` does not show it. */
export async function runPostgresTool(name: string, databaseUrl: string, args: readonly string[]): Promise<void> {
  const url = new URL(databaseUrl);
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(url.password) };
  url.password = '';
  const options = { env, timeout: TIMEOUT_MS };
  await run(await findPostgresTool(name), [...args, `--dbname=${url.href}`], options).catch((error: unknown) => {
    const { stderr } = error as { stderr?: string };
    throw new Error(`${name}: ${stderr?.trim() ?? String(error)}`, { cause: error });
  });
}
