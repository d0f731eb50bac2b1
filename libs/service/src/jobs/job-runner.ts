import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#libs/observability';

export interface Job {
  /** Appears in the log: `<name> failed`. */
  readonly name: string;
  /** Pause between the end of a run and the start of the next one, in ms. */
  readonly everyMs: number;
  /** Pause before the first run, in ms. Default: 0. */
  readonly firstAfterMs?: number;
  readonly run: () => Promise<void>;
}

const RETRY_MS = 60_000;

/** Runs periodic jobs side by side; a job never overlaps itself. Logs the first of consecutive failures. */
export class JobRunner {
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];

  /** @param retryMs pause after a failed run, unless the pause of the job is shorter. Default: 60,000 */
  constructor(
    private readonly logger: Logger,
    private readonly retryMs = RETRY_MS,
  ) {}

  start(job: Job): void {
    this.#running.push(this.#repeat(job));
  }

  /** Starts no further run, and waits for the current ones. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  async #repeat({ name, everyMs, firstAfterMs = 0, run }: Job): Promise<void> {
    if (firstAfterMs > 0) await this.#pause(firstAfterMs);
    for (let isFailing = false; !this.#stop.signal.aborted;) {
      isFailing = await attempt(run).then(
        () => false,
        (error: unknown) => {
          if (!isFailing) this.logger.warn({ err: error }, `${name} failed; it is tried again`);
          return true;
        },
      );
      await this.#pause(isFailing ? Math.min(everyMs, this.retryMs) : everyMs);
    }
  }

  /** The timer does not keep the process alive (`ref: false`). */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
  }
}

/** A run that throws at once is a failed run like any other. */
async function attempt(run: () => Promise<void>): Promise<void> {
  await run();
}
