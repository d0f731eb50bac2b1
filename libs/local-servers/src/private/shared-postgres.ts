import { join } from 'node:path';
import { findOrInstall } from '../install/install-servers.js';
import { sharedPostgresVariable, startTestPostgres } from './private-servers.js';
import { makeTestRoot, removeTestRoot, sweepTestRoots } from './test-root.js';

/**
 * Once per test run: removes what killed runs left, installs missing servers before the files race for them, and
 * starts the Postgres that all files share.
 *
 * @returns a function that ends it and removes its data
 */
export async function startSharedPostgres(): Promise<() => Promise<void>> {
  const print = (line: string): void => void process.stderr.write(`${line}\n`);
  await sweepTestRoots();
  await findOrInstall('nats-server', print);
  await findOrInstall('redis-server', print);

  const root = await makeTestRoot();
  const postgres = await startTestPostgres(join(root, 'postgres'));
  process.env[sharedPostgresVariable] = postgres.url;
  return async () => {
    await postgres.kill9();
    await removeTestRoot(root);
  };
}
