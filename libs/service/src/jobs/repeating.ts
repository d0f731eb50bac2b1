import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#libs/observability';

export interface Job {
  readonly name: string;
  readonly everyMs: number;
  readonly work: () => Promise<void>;
}

/** Does jobs again and again, each by itself and never twice at a time. A failure is told once, until the job works again. */
export class Repeating {
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];

  constructor(private readonly logger: Logger) {}

  start(job: Job): void {
    this.#running.push(this.#repeat(job));
  }

  /** Finishes what is at hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  async #repeat({ name, everyMs, work }: Job): Promise<void> {
    const { signal } = this.#stop;
    for (let isFailing = false; !signal.aborted;) {
      isFailing = await work().then(
        () => false,
        (error: unknown) => {
          if (!isFailing) this.logger.warn({ err: error }, `${name} failed; it is tried again`);
          return true;
        },
      );
      await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
