import { rename, rm, stat } from 'node:fs/promises';
import { runPostgresTool, type Say } from './postgres-tools.js';

/**
 * Writes all schemas of the services into one file, as of one moment, while everything runs. It is there whole or not at all, and for
 * its owner alone: it holds what the platform knows of people.
 *
 * @throws Error with the words of pg_dump
 */
export async function backUp(file: string, env: NodeJS.ProcessEnv, say: Say): Promise<void> {
  const half = `${file}.${process.pid}`;
  const before = process.umask(0o077);
  try {
    await runPostgresTool('pg_dump', env['LOOM_POSTGRES_URL']!, ['--format=custom', `--file=${half}`]);
    await rename(half, file);
  } finally {
    process.umask(before);
    await rm(half, { force: true });
  }
  say(`${file}: ${((await stat(file)).size / 1024 / 1024).toFixed(1)} MiB`);
}
