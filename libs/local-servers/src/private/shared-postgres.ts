import { join } from 'node:path';
import { findOrInstall } from '../install/install-servers.js';
import { sharedPostgresVariable, startTestPostgres } from './private-servers.js';
import { makeTestRoot, removeTestRoot, sweepTestRoots } from './test-root.js';

/**
 * Once per test run: clears what killed runs left, installs missing servers before the files race for them, and
 * starts the Postgres that all files share.
 *
 * @returns what ends it and removes its data
 */
export async function startSharedPostgres(): Promise<() => Promise<void>> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  await sweepTestRoots();
  await findOrInstall('nats-server', say);
  await findOrInstall('redis-server', say);

  const root = await makeTestRoot();
  const postgres = await startTestPostgres(join(root, 'postgres'));
  process.env[sharedPostgresVariable] = postgres.url;
  return async () => {
    await postgres.kill9();
    await removeTestRoot(root);
  };
}
