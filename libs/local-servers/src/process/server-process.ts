import { Child, type ChildCommand } from './child.js';
import { childrenOf, signal, waitUntilGone } from './processes.js';

/** How to run one server in the foreground, and how to recognise that it is ready. */
export interface ServerCommand extends Pick<ChildCommand, 'name' | 'file' | 'args' | 'account'> {
  readonly cwd: string;
  readonly logFile: string;
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
  /** Calls back when the server ends without `stop`, `kill9` or `restart` having been called. */
  onDeath(listener: (how: string) => void): void;
}

const readyWithinMs = 30_000;
const stopWithinMs = 20_000;

/** Starts a server and resolves when it is ready; throws with the end of its log when it is not. */
export async function startServer(command: ServerCommand): Promise<ServerControl> {
  const server = new ServerProcess(command);
  await server.start();
  return server;
}

class ServerProcess implements ServerControl {
  readonly #command: ServerCommand;
  readonly #deathListeners: ((how: string) => void)[] = [];
  #child: Child | undefined;
  #expectedToEnd = false;

  constructor(command: ServerCommand) {
    this.#command = command;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<void> {
    this.#expectedToEnd = false;
    const child = launch(this.#command);
    this.#child = child;
    await child.untilReady(this.#command.isReady, readyWithinMs).catch(async (error: unknown) => {
      await this.kill9();
      throw error;
    });
    void child.exited.then(({ how }) => this.#child === child && this.#ended(how));
    // A forgotten stop() must not keep a test runner alive.
    child.unref();
  }

  async stop(): Promise<void> {
    if (!this.#child?.isRunning) return;
    this.#expectedToEnd = true;
    this.thaw();
    signal(this.pid, this.#command.stopSignal);
    if (!(await waitUntilGone(this.pid, stopWithinMs))) await this.kill9();
  }

  async kill9(): Promise<void> {
    if (!this.#child?.isRunning) return;
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

  #ended(how: string): void {
    if (this.#expectedToEnd) return;
    for (const listener of this.#deathListeners) listener(how);
  }
}

function launch({ name, file, args, account, cwd, logFile, dieWithParent }: ServerCommand): Child {
  return new Child({
    name,
    file,
    args,
    account,
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, LC_ALL: 'C', TZ: 'UTC' },
    output: { logFile },
    onParentDeath: dieWithParent ? 'kill' : 'continue',
  });
}
