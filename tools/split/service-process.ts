import { Program, Supervisor } from '#libs/local-servers';

const RESTART_MS = 500;

/** One service as a process that is started again when it dies. */
export class ServiceProcess {
  readonly #supervisor: Supervisor;

  constructor(
    service: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.#supervisor = new Supervisor({
      start: () => new Program({ entry: `dist/apps/${service}/src/main.js`, env, output: 'inherit' }),
      onDeath: (how) => console.error(`${service} ended (${how}); starting it again`),
      firstWaitMs: RESTART_MS,
      maxWaitMs: RESTART_MS,
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.env['LOOM_HTTP_PORT']}`;
  }

  /** Resolves when `/readyz` answers 200, also when that takes several starts. */
  async start(): Promise<void> {
    await this.#supervisor.launch();
    await this.#supervisor.ready(this.url);
  }

  stop(): Promise<void> {
    return this.#supervisor.stop();
  }
}
