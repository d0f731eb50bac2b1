import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { endLeftover } from './leftovers.js';
import { notedPlace } from '../postgres/postgres-place.js';

/**
 * Ends every private server that works in a folder directly below `root`, as a killed starter leaves them.
 *
 * @returns the ids of the ended processes
 */
export async function endLeftoverServers(root: string): Promise<number[]> {
  const names = await readdir(root).catch(() => []);
  const ended = await Promise.all(names.map((name) => endIn(join(root, name))));
  return ended.flat().filter((pid) => pid !== undefined);
}

async function endIn(dir: string): Promise<(number | undefined)[]> {
  const data = join((await notedPlace(dir)) ?? dir, 'data');
  return Promise.all([
    endLeftover(join(dir, 'nats.pid'), dir, 'SIGTERM'),
    endLeftover(join(dir, 'redis.pid'), dir, 'SIGTERM'),
    endLeftover(join(data, 'postmaster.pid'), data, 'SIGINT'),
  ]);
}
