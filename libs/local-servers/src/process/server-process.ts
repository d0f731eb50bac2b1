import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, isAlive, signal, waitUntilGone } from './processes.js';

/** How to run one server in the foreground, and how to tell that it is ready. */
export interface ServerCommand {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly logFile: string;
  readonly account?: { readonly uid: number; readonly gid: number };
  readonly stopSignal: NodeJS.Signals;
  /** The server ends when the process that started it does, however that ended (Linux with `setpriv`). */
  readonly dieWithParent?: boolean;
  isReady(pid: number): Promise<boolean>;
}

/** What every started server offers. `pid` is the current one: it changes with `restart()`. */
export interface ServerControl {
  readonly pid: number;
  /** Clean shutdown, by force after 20 seconds. Stopping twice is fine. */
  stop(): Promise<void>;
  /** SIGKILL to the server and its children; resolves when all are gone. */
  kill9(): Promise<void>;
  /** The same server again, same port, same data; stops it first when it runs. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open, nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Calls back when the server ends without `stop`, `kill9` or `restart` having been asked for. */
  onDeath(listener: (how: string) => void): void;
}

const readyWithinMs = 30_000;
const stopWithinMs = 20_000;
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file));

/** Starts a server and resolves when it is ready; throws with the end of its log when it is not. */
export async function startServer(command: ServerCommand): Promise<ServerControl> {
  const server = new ServerProcess(command);
  await server.start();
  return server;
}

class ServerProcess implements ServerControl {
  readonly #command: ServerCommand;
  readonly #deathListeners: ((how: string) => void)[] = [];
  #child: ChildProcess | undefined;
  #expectedToEnd = false;

  constructor(command: ServerCommand) {
    this.#command = command;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<void> {
    this.#expectedToEnd = false;
    const child = await launch(this.#command);
    this.#child = child;
    await this.#untilReady(child);
    child.once('exit', (code, by) => this.#ended(code, by));
    // A forgotten stop() must not keep a test runner alive.
    child.unref();
  }

  async stop(): Promise<void> {
    if (!this.#runs()) return;
    this.#expectedToEnd = true;
    this.thaw();
    signal(this.pid, this.#command.stopSignal);
    if (!(await waitUntilGone(this.pid, stopWithinMs))) await this.kill9();
  }

  async kill9(): Promise<void> {
    if (!this.#runs()) return;
    this.#expectedToEnd = true;
    const family = [this.pid, ...childrenOf(this.pid)];
    for (const pid of family) signal(pid, 'SIGKILL');
    await Promise.all(family.map((pid) => waitUntilGone(pid, 5_000)));
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  freeze(): void {
    // The parent first: a frozen one starts no more children.
    signal(this.pid, 'SIGSTOP');
    for (const pid of childrenOf(this.pid)) signal(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of childrenOf(this.pid)) signal(pid, 'SIGCONT');
    signal(this.pid, 'SIGCONT');
  }

  onDeath(listener: (how: string) => void): void {
    this.#deathListeners.push(listener);
  }

  #runs(): boolean {
    return this.pid !== 0 && this.#child?.exitCode === null && this.#child.signalCode === null && isAlive(this.pid);
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const { name, isReady } = this.#command;
    const deadline = Date.now() + readyWithinMs;
    while (!(await isReady(this.pid))) {
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (!ended && Date.now() < deadline) {
        await sleep(15);
        continue;
      }
      await this.kill9();
      throw new Error(`${name} ${ended ? 'ended while starting' : 'was not ready in time'}:\n${await this.#logTail()}`);
    }
  }

  #ended(code: number | null, by: NodeJS.Signals | null): void {
    if (this.#expectedToEnd) return;
    for (const listener of this.#deathListeners) listener(by === null ? `exit code ${code}` : `signal ${by}`);
  }

  async #logTail(): Promise<string> {
    const log = await readFile(this.#command.logFile, 'utf8').catch(() => '');
    return log.trimEnd().split('\n').slice(-15).join('\n');
  }
}

async function launch(command: ServerCommand): Promise<ChildProcess> {
  const log = await open(command.logFile, 'a', 0o600);
  try {
    const [file, ...args] = commandLineFor(command);
    const child = spawn(file, args, {
      cwd: command.cwd,
      env: { PATH: process.env['PATH'], HOME: command.cwd, LC_ALL: 'C', TZ: 'UTC' },
      // Its own session: Ctrl-C in a terminal reaches the starter alone, which stops servers in the right order.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...(command.dieWithParent && setpriv !== undefined ? {} : command.account),
    });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return child;
  } finally {
    await log.close();
  }
}

/** `setpriv` changes the account itself: the kernel forgets the death signal when the user changes after it was set. */
function commandLineFor({ file, args, account, dieWithParent }: ServerCommand): [string, ...string[]] {
  if (!dieWithParent || setpriv === undefined) return [file, ...args];
  const as = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : [];
  return [setpriv, '--pdeathsig=KILL', ...as, file, ...args];
}
