import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS = 60_000;
const STEP_MS = 50;
const RESTART_MS = 500;

/** One service as a process that is started again when it dies. */
export class ServiceProcess {
  #child: ChildProcess | undefined;
  #stopping = false;

  constructor(
    private readonly service: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.env['LOOM_HTTP_PORT']}`;
  }

  /** Resolves when `/readyz` answers 200. */
  async start(): Promise<void> {
    this.#launch();
    for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(STEP_MS)) {
      const ready = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
      await ready?.body?.cancel();
      if (ready?.status === 200) return;
    }
    throw new Error(`${this.service} is not ready after ${READY_MS / 1_000} s`);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }

  #launch(): void {
    const entry = `dist/apps/${this.service}/src/main.js`;
    const child = spawn(process.execPath, ['--enable-source-maps', entry], {
      env: this.env,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.once('exit', (code, signal) => {
      if (this.#stopping) return;
      console.error(`${this.service} ended (${signal ?? code}); starting it again`);
      setTimeout(() => this.#stopping || this.#launch(), RESTART_MS);
    });
  }
}
