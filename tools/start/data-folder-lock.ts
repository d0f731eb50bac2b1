import { rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { birthOf, isAlive } from '#libs/local-servers';
import { z } from 'zod';
import { readJson, writePrivately } from './private-file.js';

const holderSchema = z.object({ pid: z.number(), birth: z.string(), state: z.enum(['running', 'stopping']) });

/** The one start that may use a data folder. */
export interface Lock {
  /** Marks this run as stopping: a second start then waits for its end instead of giving up. */
  stopping(): Promise<void>;
  release(): Promise<void>;
}

/** Another start runs in the data folder. */
export class DataFolderInUse extends Error {}

/**
 * Locks a data folder for this process. Takes over the lock of a killed start; waits for a start that is stopping.
 *
 * @throws DataFolderInUse that names the process when another start is running
 */
export async function takeDataFolder(file: string, waitMs = 50_000): Promise<Lock> {
  const deadline = Date.now() + waitMs;
  const me = { pid: process.pid, birth: birthOf(process.pid) };
  while (!(await isTaken(file, me))) {
    const holder = await livingHolder(file);
    if (holder === undefined) await rm(file, { force: true });
    else if (holder.state === 'running' || Date.now() > deadline)
      throw new DataFolderInUse(
        `Loom is already running here (process ${holder.pid}). Stop it with Ctrl-C or kill ${holder.pid}.`,
      );
    else await sleep(200);
  }
  return {
    stopping: () => writePrivately(file, { ...me, state: 'stopping' }),
    release: () => rm(file, { force: true }),
  };
}

/** Creating a file that exists fails, so of two starts at the same moment one wins. */
async function isTaken(file: string, me: { pid: number; birth: string }): Promise<boolean> {
  const content = JSON.stringify({ ...me, state: 'running' });
  return writeFile(file, content, { flag: 'wx', mode: 0o600 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}

async function livingHolder(file: string): Promise<z.output<typeof holderSchema> | undefined> {
  const holder = holderSchema.safeParse(await readJson(file).catch(() => undefined));
  if (!holder.success) return undefined;
  const { pid, birth } = holder.data;
  return isAlive(pid) && birthOf(pid) === birth ? holder.data : undefined;
}
