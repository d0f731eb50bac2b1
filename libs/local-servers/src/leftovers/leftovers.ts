import { readFile } from 'node:fs/promises';
import { signal, waitUntilGone, worksIn } from '../process/processes.js';

/** The id in the first line of a pid file; `undefined` when there is no such file or no id in it. */
async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 1 ? pid : undefined;
}

/**
 * Ends the server that a killed starter left behind, found by its pid file. A process that cannot be proved to work
 * in `dir` is left alone.
 *
 * @returns the id of the ended process, if there was one
 */
export async function endLeftover(
  pidFile: string,
  dir: string,
  stopSignal: NodeJS.Signals,
): Promise<number | undefined> {
  const pid = await pidIn(pidFile);
  if (pid === undefined || !worksIn(pid, dir)) return undefined;
  signal(pid, 'SIGCONT');
  signal(pid, stopSignal);
  if (await waitUntilGone(pid, 15_000)) return pid;
  signal(pid, 'SIGKILL');
  await waitUntilGone(pid, 5_000);
  return pid;
}
