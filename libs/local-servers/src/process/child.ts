import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutputTail } from './output-tail.js';
import { isAlive } from './processes.js';

/** How to run one program. */
export interface ChildCommand {
  /** For error messages. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** `memory` keeps the last 2 MB, `inherit` writes where this process writes, a log file is appended to. */
  readonly output: 'memory' | 'inherit' | { readonly logFile: string };
  /**
   * What happens when this process dies, however it dies. `disconnect`: the channel closes, on which the program has to end.
   * `kill`: the kernel ends it (Linux with `setpriv`). `continue`: it goes on, and the next start finds it by its pid file.
   * With the last two it runs in a session of its own, so that Ctrl-C reaches this process alone.
   */
  readonly onParentDeath: 'disconnect' | 'kill' | 'continue';
  /** The user to run as. Default: the user of this process. */
  readonly account?: { readonly uid: number; readonly gid: number };
}

/** How a program ended. `how` is for people: `exit code 1`, `signal SIGKILL`, `spawn /no/such/file ENOENT`. */
export interface Exit {
  /** Null after a signal. */
  readonly code: number | null;
  readonly how: string;
}

const OUTPUT_BYTES = 2_000_000;
const STOP_WITHIN_MS = 25_000;
const READY_STEP_MS = 20;
const LAST_LINES = 20;
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file));

/** A program that was started as a child process: waits until it is ready, keeps the end of its output, ends it by its id. */
export class Child {
  readonly #command: ChildCommand;
  readonly #process: ChildProcess;
  readonly #tail = new OutputTail(OUTPUT_BYTES);
  readonly exited: Promise<Exit>;

  constructor(command: ChildCommand) {
    this.#command = command;
    this.#process = launch(command);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#tail.add(chunk));
    }
    this.exited = exitOf(this.#process);
  }

  /** 0 when it could not be started. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get isRunning(): boolean {
    const { exitCode, signalCode } = this.#process;
    return this.pid !== 0 && exitCode === null && signalCode === null && isAlive(this.pid);
  }

  /** The end of what it wrote to standard output and error; '' unless `output` is `memory`. */
  get output(): string {
    return this.#tail.text;
  }

  /** Resolves when `isReady` does with true. @throws Error with its last lines when it ends before, or takes too long */
  async untilReady(isReady: (pid: number) => Promise<boolean>, timeoutMs: number): Promise<void> {
    for (const end = Date.now() + timeoutMs; !(await isReady(this.pid)); await sleep(READY_STEP_MS)) {
      const isOver = !this.isRunning;
      if (!isOver && Date.now() < end) continue;
      const how = isOver ? `ended while starting (${(await this.exited).how})` : `is not ready after ${timeoutMs} ms`;
      throw new Error(`${this.#command.name} ${how}:\n${await this.lastLines()}`);
    }
  }

  async lastLines(): Promise<string> {
    const { output } = this.#command;
    const text = typeof output === 'string' ? this.output : await readFile(output.logFile, 'utf8').catch(() => '');
    return text.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  }

  /** Ends it with a signal, and with SIGKILL when it goes on for `withinMs`. Does nothing when it has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', withinMs = STOP_WITHIN_MS): Promise<Exit> {
    this.#process.ref();
    this.#process.kill(signal);
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), withinMs);
    return this.exited.finally(() => clearTimeout(timer));
  }

  kill9(): Promise<Exit> {
    return this.stop('SIGKILL');
  }

  /** This process may end while the child runs. */
  unref(): void {
    this.#process.unref();
  }

  /** The next message that a Node program sends over its channel. @throws Error with its last lines when it ends before */
  async message<T>(timeoutMs = 10_000): Promise<T> {
    const received = once(this.#process, 'message', { signal: AbortSignal.timeout(timeoutMs) });
    const first = await Promise.race([received, this.exited]);
    if (Array.isArray(first)) return first[0] as T;
    throw new Error(`${this.#command.name} ended (${first.how}):\n${await this.lastLines()}`);
  }

  send(message: string): void {
    this.#process.send?.(message);
  }
}

function launch(command: ChildCommand): ChildProcess {
  const { cwd, env, output, onParentDeath, account } = command;
  const [file, ...args] = commandLineOf(command);
  const log = typeof output === 'string' ? undefined : openSync(output.logFile, 'a', 0o600);
  const stdio: StdioOptions =
    log !== undefined
      ? ['ignore', log, log]
      : output === 'inherit'
        ? ['inherit', 'inherit', 'inherit']
        : ['ignore', 'pipe', 'pipe'];
  if (onParentDeath === 'disconnect') stdio.push('ipc');
  const asUser = isWrapped(command) ? {} : account;
  try {
    return spawn(file, args, { cwd, env, stdio, detached: onParentDeath !== 'disconnect', ...asUser });
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

/** `setpriv` changes the account itself: the kernel forgets the death signal when the user changes after it was set. */
function commandLineOf(command: ChildCommand): [string, ...string[]] {
  const { file, args, account } = command;
  if (setpriv === undefined || !isWrapped(command)) return [file, ...args];
  const as = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : [];
  return [setpriv, '--pdeathsig=KILL', ...as, file, ...args];
}

function isWrapped({ onParentDeath }: ChildCommand): boolean {
  return onParentDeath === 'kill' && setpriv !== undefined;
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, how: error.message }));
    child.once('exit', (code, signal) =>
      resolve({ code, how: signal === null ? `exit code ${code}` : `signal ${signal}` }),
    );
  });
}
