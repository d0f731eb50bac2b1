import { rename, rm, stat } from 'node:fs/promises';
import { runPostgresTool, type Print } from './postgres-tools.js';

/**
 * Writes all schemas of the services into one file, as of one moment, while everything runs. A failure leaves no half a file. Only its
 * owner may read it, since it holds personal data.
 *
 * @throws Error with the error output of pg_dump
 */
export async function backUp(file: string, env: NodeJS.ProcessEnv, print: Print): Promise<void> {
  const half = `${file}.${process.pid}`;
  const before = process.umask(0o077);
  try {
    await runPostgresTool('pg_dump', env['LOOM_POSTGRES_URL']!, ['--format=custom', `--file=${half}`]);
    await rename(half, file);
  } finally {
    process.umask(before);
    await rm(half, { force: true });
  }
  print(`${file}: ${((await stat(file)).size / 1024 / 1024).toFixed(1)} MiB`);
}
