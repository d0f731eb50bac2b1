import { AppError } from '../app-error.js';

export interface ConcurrencyLimits {
  readonly running: number;
  readonly waiting: number;
}

/** Runs at most `running` tasks at a time; at most `waiting` further tasks wait in order; more are refused. */
export class ConcurrencyLimit {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly limits: ConcurrencyLimits) {}

  /** @throws AppError `overloaded` (503) when the queue is full; any error of the task. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.limits.running) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.limits.waiting)
      throw new AppError('overloaded', 'Too busy now; try again shortly');
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Passes its slot to the first waiting task, so that a new caller cannot overtake the queue. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
