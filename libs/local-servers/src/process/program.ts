import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { statusOf } from '../http/api-client.js';

export interface ProgramOptions {
  /** The compiled entry point, from the repository's root. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly args?: readonly string[];
}

const STOP_MS = 25_000;
const READY_STEP_MS = 50;

/** A program of ours as a child process, with what it wrote. It dies with the test that started it. */
export class Program {
  #output = '';
  readonly #exited: Promise<number | null>;

  private constructor(
    private readonly child: ChildProcess,
    readonly entry: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => (this.#output = (this.#output + data.toString('utf8')).slice(-2_000_000)));
    }
    this.#exited = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  }

  static start({ entry, env, args = [] }: ProgramOptions): Program {
    const child = spawn(process.execPath, ['--enable-source-maps', entry, ...args], {
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      // The channel: when the test is killed, the program hears it and ends.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new Program(child, entry);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** All it wrote to standard output and error. */
  get output(): string {
    return this.#output;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits for its end. Resolves with the exit code, `null` after a signal. */
  ended(): Promise<number | null> {
    return this.#exited;
  }

  /** Waits until `/readyz` answers 200. @throws with its last words when it ends or takes too long */
  async ready(url: string, timeoutMs = 60_000): Promise<void> {
    for (const end = Date.now() + timeoutMs; ; await sleep(READY_STEP_MS)) {
      if ((await statusOf(`${url}/readyz`)) === 200) return;
      if (!this.isRunning || Date.now() > end)
        throw new Error(`${this.entry} is not ready:\n${this.#output.slice(-4_000)}`);
    }
  }

  /** SIGTERM, then SIGKILL after 25 s. */
  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    return this.#exited.finally(() => clearTimeout(timer));
  }

  async kill9(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exited;
  }
}
