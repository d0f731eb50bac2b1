import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { birthOf, commandLine, isAlive, Program, signal, Supervisor, waitUntilGone } from '#libs/local-servers';
import { z } from 'zod';
import { readJson, writePrivately } from './private-file.js';

/** Which program to run. Its log and its pid file are in `dataDir`. */
export interface StandaloneOptions {
  /** The compiled entry point. */
  readonly entry: string;
  readonly dataDir: string;
  /** For Node itself, before the entry point. */
  readonly nodeArgs?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

const graceMs = 25_000;
const rotateAtBytes = 20 * 1024 * 1024;
const leftover = z.object({ pid: z.number(), birth: z.string() });

/**
 * Starts the platform's process and keeps it running. A pid file in the data folder names the process, so that a later start can end
 * it when this process was killed.
 */
export async function keepRunning(options: StandaloneOptions): Promise<Supervisor> {
  const supervisor = new Supervisor({
    start: () => startWithPidFile(options),
    onDeath: (how, waitMs) =>
      options.print(`standalone ended unexpectedly (${how}); starting it again in ${waitMs / 1_000} s`),
  });
  await supervisor.launch();
  return supervisor;
}

/** Stops the platform's process and removes its pid file. */
export async function stopStandalone(supervisor: Supervisor, dataDir: string): Promise<void> {
  await supervisor.stop();
  await rm(pidFileIn(dataDir), { force: true });
}

/** Runs a program to its end. @throws Error with its last lines when it does not succeed within `timeoutMs` */
export async function runOnce(options: StandaloneOptions, timeoutMs: number): Promise<void> {
  const program = await startLogged(options);
  const timer = setTimeout(() => void program.kill9(), timeoutMs);
  const { code } = await program.exited;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${options.entry} failed:\n${await program.lastLines()}`);
}

async function startWithPidFile(options: StandaloneOptions): Promise<Program> {
  const program = await startLogged(options);
  await writePrivately(pidFileIn(options.dataDir), { pid: program.pid, birth: birthOf(program.pid) });
  return program;
}

async function endGently(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  if (await waitUntilGone(pid, graceMs)) return;
  signal(pid, 'SIGKILL');
  await waitUntilGone(pid, 5_000);
}

/** Ends the platform that a killed `npm start` left running. Start time and command line must match, since ids are reused. */
export async function endLeftoverStandalone(
  dataDir: string,
  entry: string,
  print: (line: string) => void,
): Promise<void> {
  const found = leftover.safeParse(await readJson(pidFileIn(dataDir)).catch(() => undefined));
  if (!found.success) return;
  const { pid, birth } = found.data;
  if (!isAlive(pid) || birthOf(pid) !== birth || !commandLine(pid).includes(entry)) return;
  print(`Ending the platform that an earlier start left behind (process ${pid}) …`);
  await endGently(pid);
}

function pidFileIn(dataDir: string): string {
  return join(dataDir, 'standalone.json');
}

/** Writes straight into a file: with a pipe the program would die with this process, in the middle of its work. */
async function startLogged({ entry, dataDir, env, nodeArgs = [] }: StandaloneOptions): Promise<Program> {
  const logFile = logFileIn(dataDir);
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  if (size > rotateAtBytes) await rename(logFile, `${logFile}.1`);
  const args = ['--enable-source-maps', ...nodeArgs];
  return new Program({ entry, env, nodeArgs: args, output: { logFile }, onParentDeath: 'continue' });
}

/** The path of the platform's log. */
export function logFileIn(dataDir: string): string {
  return join(dataDir, 'loom.log');
}
