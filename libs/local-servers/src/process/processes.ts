import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** True while a process with this id exists, frozen ones included; a zombie counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return stateOf(pid) !== 'Z';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Sends a signal; a process that is already gone is not an error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Resolves with true once the process is gone, with false after `timeoutMs`. */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}

/**
 * Whether a process belongs to `dir`: it names the folder on its command line or works in it (Redis rewrites its command line).
 * To be checked before a signal goes to a process that is known by its pid file alone, since ids are reused.
 */
export function worksIn(pid: number, dir: string): boolean {
  if (!isAlive(pid)) return false;
  const cwd = workingDirectory(pid);
  return commandLine(pid).includes(dir) || cwd === dir || cwd.startsWith(`${dir}/`);
}

/** The command line of a process, arguments joined by spaces; '' when it cannot be read. */
export function commandLine(pid: number): string {
  if (process.platform !== 'linux') return ps(['-o', 'command=', '-p', String(pid)]);
  return orEmpty(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim());
}

/** The start time of a process, which differs from that of a later one with the same id; '' for a dead one. */
export function birthOf(pid: number): string {
  if (process.platform !== 'linux') return ps(['-o', 'lstart=', '-p', String(pid)]);
  return statFields(pid)[19] ?? '';
}

/** Ids of the direct children of a process. */
export function childrenOf(pid: number): number[] {
  return processTable()
    .filter(({ parent }) => parent === pid)
    .map(({ pid: child }) => child);
}

function processTable(): { pid: number; parent: number }[] {
  if (process.platform !== 'linux') {
    const rows = ps(['-A', '-o', 'pid=,ppid=']).split('\n');
    return rows.map((row) => row.trim().split(/\s+/).map(Number)).map(([pid = 0, parent = 0]) => ({ pid, parent }));
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => ({ pid: Number(pid), parent: Number(statFields(Number(pid))[1]) }));
}

function stateOf(pid: number): string {
  return process.platform === 'linux'
    ? (statFields(pid)[0] ?? '')
    : ps(['-o', 'state=', '-p', String(pid)]).slice(0, 1);
}

/** Fields of /proc/<pid>/stat after the command's name: state, parent, …; the name may hold spaces and brackets. */
function statFields(pid: number): string[] {
  const stat = orEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function workingDirectory(pid: number): string {
  return orEmpty(() => (statSync(`/proc/${pid}`), readlinkSync(`/proc/${pid}/cwd`)));
}

function ps(args: string[]): string {
  return orEmpty(() => execFileSync('ps', args, { encoding: 'utf8', timeout: 5_000 }).trim());
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
