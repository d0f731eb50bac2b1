import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { birthOf, commandLine, isAlive, signal, waitUntilGone } from '#libs/local-servers';
import { z } from 'zod';
import { readJson, writePrivately } from './private-file.js';

/** Which program to keep running, and where it leaves its traces. */
export interface StandaloneOptions {
  /** The compiled entry point. */
  readonly entry: string;
  readonly dataDir: string;
  /** For Node itself, before the entry point. */
  readonly nodeArgs?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

/** The platform's process, restarted when it dies. */
export interface Standalone {
  /** How often it ended by itself since it was started. */
  deaths(): number;
  /** The last lines it wrote. */
  lastWords(): Promise<string>;
  /** SIGTERM, 25 seconds of grace, then SIGKILL. */
  stop(): Promise<void>;
}

const graceMs = 25_000;
const steadyAfterMs = 60_000;
const rotateAtBytes = 20 * 1024 * 1024;
const leftover = z.object({ pid: z.number(), birth: z.string() });

/** Starts the platform's process and keeps it running: after a death it waits 0.5 s, then twice as long, up to 30 s. */
export async function keepRunning(options: StandaloneOptions): Promise<Standalone> {
  const keeper = new Keeper(options);
  await keeper.launch();
  return keeper;
}

/** Runs a program to its end; throws with its last words when it does not succeed within `timeoutMs`. */
export async function runOnce(options: StandaloneOptions, timeoutMs: number): Promise<void> {
  const child = await spawnLogged(options);
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${options.entry} failed:\n${await lastWordsIn(options.dataDir)}`);
}

class Keeper implements Standalone {
  readonly #options: StandaloneOptions;
  #child: ChildProcess | undefined;
  #deaths = 0;
  #waitMs = 500;
  #stopping = false;

  constructor(options: StandaloneOptions) {
    this.#options = options;
  }

  deaths(): number {
    return this.#deaths;
  }

  lastWords(): Promise<string> {
    return lastWordsIn(this.#options.dataDir);
  }

  async launch(): Promise<void> {
    const startedAt = Date.now();
    const child = await spawnLogged(this.#options);
    this.#child = child;
    child.once('exit', (code, by) => void this.#ended(by ?? `exit code ${code}`, Date.now() - startedAt));
    const pid = child.pid ?? 0;
    await writePrivately(pidFileIn(this.#options.dataDir), { pid, birth: birthOf(pid) });
    // Ctrl-C can fall between the two lines above.
    if (this.#stopping) await endGently(pid);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const pid = this.#child?.pid;
    if (pid !== undefined && this.#child?.exitCode === null && this.#child.signalCode === null) await endGently(pid);
    await rm(pidFileIn(this.#options.dataDir), { force: true });
  }

  async #ended(how: string, livedMs: number): Promise<void> {
    if (this.#stopping) return;
    this.#deaths += 1;
    this.#waitMs = livedMs > steadyAfterMs ? 500 : Math.min(this.#waitMs * 2, 30_000);
    this.#options.say(`standalone ended unexpectedly (${how}); starting it again in ${this.#waitMs / 1_000} s`);
    await sleep(this.#waitMs, undefined, { ref: false });
    if (!this.#stopping) await this.launch();
  }
}

async function endGently(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  if (await waitUntilGone(pid, graceMs)) return;
  signal(pid, 'SIGKILL');
  await waitUntilGone(pid, 5_000);
}

/** A killed starter leaves its platform running; it is ended when its birth and its program prove that it is ours. */
export async function endLeftoverStandalone(
  dataDir: string,
  entry: string,
  say: (line: string) => void,
): Promise<void> {
  const found = leftover.safeParse(await readJson(pidFileIn(dataDir)).catch(() => undefined));
  if (!found.success) return;
  const { pid, birth } = found.data;
  if (!isAlive(pid) || birthOf(pid) !== birth || !commandLine(pid).includes(entry)) return;
  say(`Ending the platform that an earlier start left behind (process ${pid}) …`);
  await endGently(pid);
}

function pidFileIn(dataDir: string): string {
  return join(dataDir, 'standalone.json');
}

/** Straight into a file: with a pipe the program would die of the starter's death, in the middle of its work. */
async function spawnLogged({ entry, dataDir, env, nodeArgs = [] }: StandaloneOptions): Promise<ChildProcess> {
  const file = logFileIn(dataDir);
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  if (size > rotateAtBytes) await rename(file, `${file}.1`);
  const log = await open(file, 'a', 0o600);
  try {
    // Its own session: Ctrl-C reaches the starter alone, which ends things in the right order.
    const args = ['--enable-source-maps', ...nodeArgs, entry];
    const child = spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', log.fd, log.fd] });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return child;
  } finally {
    await log.close();
  }
}

/** Where everything that the platform writes ends up. */
export function logFileIn(dataDir: string): string {
  return join(dataDir, 'loom.log');
}

async function lastWordsIn(dataDir: string): Promise<string> {
  const log = await readFile(logFileIn(dataDir), 'utf8').catch(() => '');
  return log.trimEnd().split('\n').slice(-20).join('\n');
}
