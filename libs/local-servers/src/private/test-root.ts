import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftoverServers } from '../leftovers/leftover-servers.js';
import { notedPlace } from '../postgres/postgres-place.js';
import { birthOf, isAlive } from '../process/processes.js';

const prefix = 'loom-test-';

/** A new folder for the servers of one test run or file, signed with this process. */
export async function makeTestRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), prefix));
  // Postgres runs as another user when tests run as root, and has to walk through here.
  await chmod(root, 0o711);
  await writeFile(join(root, 'starter.json'), JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) }));
  return root;
}

/** Ends the servers and removes the data that killed test runs left behind; what living runs use stays. */
export async function sweepTestRoots(): Promise<void> {
  const names = await readdir(tmpdir());
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const root = join(tmpdir(), name);
    if (await isOrphaned(root)) await removeTestRoot(root);
  }
}

/** Removes a test folder, with the Postgres data that lies elsewhere, after ending the servers that still run in it. */
export async function removeTestRoot(root: string): Promise<void> {
  await endLeftoverServers(root);
  for (const server of await readdir(root).catch(() => [])) {
    const elsewhere = await notedPlace(join(root, server));
    if (elsewhere !== undefined) await rm(elsewhere, { recursive: true, force: true });
  }
  await rm(root, { recursive: true, force: true });
}

async function isOrphaned(root: string): Promise<boolean> {
  const text = await readFile(join(root, 'starter.json'), 'utf8').catch(() => undefined);
  // Not signed yet: its starter is creating it at this moment, or died in between.
  if (text === undefined) return false;
  const { pid, birth } = JSON.parse(text) as { pid: number; birth: string };
  return !isAlive(pid) || birthOf(pid) !== birth;
}
