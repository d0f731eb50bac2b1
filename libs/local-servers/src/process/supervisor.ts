import { setTimeout as sleep } from 'node:timers/promises';
import { statusOf } from '../http/api-client.js';
import type { Child, Exit } from './child.js';

export interface SupervisorOptions {
  /** Starts the program; called again after each of its deaths. */
  start(): Child | Promise<Child>;
  /** Called when it ended by itself, before the pause of `waitMs`. */
  onDeath(how: string, waitMs: number): void;
  /** The shortest pause, after a run of a minute or more. Default: 500. */
  readonly firstWaitMs?: number;
  /** The longest pause: it doubles with every shorter run. Default: 30,000. */
  readonly maxWaitMs?: number;
}

export interface ReadyOptions {
  /** Default: 60,000. */
  readonly timeoutMs?: number;
  /** Gives up at so many deaths. Default: never. */
  readonly maxDeaths?: number;
  /** Aborted: stops waiting. */
  readonly signal?: AbortSignal;
}

const READY_WITHIN_MS = 60_000;
const READY_STEP_MS = 50;
const STEADY_AFTER_MS = 60_000;

/** Keeps one program running: starts it again when it ends, until `stop`. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #firstWaitMs: number;
  readonly #maxWaitMs: number;
  #child: Child | undefined;
  #waitMs: number;
  #deaths = 0;
  #isStopping = false;

  constructor(options: SupervisorOptions) {
    const { firstWaitMs = 500, maxWaitMs = 30_000 } = options;
    this.#options = options;
    this.#firstWaitMs = firstWaitMs;
    this.#maxWaitMs = maxWaitMs;
    this.#waitMs = firstWaitMs;
  }

  /** Resolves when the program was started. */
  async launch(): Promise<void> {
    const startedAt = Date.now();
    const child = await this.#options.start();
    this.#child = child;
    void child.exited.then((exit) => this.#restart(exit, Date.now() - startedAt));
    // `stop` may have been called while `start` worked.
    if (this.#isStopping) await child.stop();
  }

  /** Waits until `/readyz` answers 200, over restarts. @throws Error with the program's last lines when it gives up */
  async ready(
    url: string,
    { timeoutMs = READY_WITHIN_MS, maxDeaths = Infinity, signal }: ReadyOptions = {},
  ): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!signal?.aborted && (await statusOf(`${url}/readyz`)) !== 200) {
      if (this.#deaths >= maxDeaths || Date.now() > end)
        throw new Error(`The program at ${url} does not come up:\n${(await this.#child?.lastLines()) ?? ''}`);
      await sleep(READY_STEP_MS);
    }
  }

  /** SIGTERM, 25 seconds of grace, then SIGKILL. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#child?.isRunning) await this.#child.stop();
  }

  async #restart({ how }: Exit, livedMs: number): Promise<void> {
    if (this.#isStopping) return;
    this.#deaths += 1;
    this.#waitMs = livedMs > STEADY_AFTER_MS ? this.#firstWaitMs : Math.min(this.#waitMs * 2, this.#maxWaitMs);
    this.#options.onDeath(how, this.#waitMs);
    await sleep(this.#waitMs, undefined, { ref: false });
    if (!this.#isStopping) await this.launch();
  }
}
