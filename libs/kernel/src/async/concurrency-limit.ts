import { AppError } from '../app-error.js';

export interface ConcurrencyLimits {
  readonly running: number;
  readonly waiting: number;
  /** By rank: places of the queue that tasks of this rank leave free for those before them. Default: one rank, none. */
  readonly leftFree?: readonly number[];
}

/**
 * Runs at most `running` tasks at a time; at most `waiting` further tasks wait, those of the lowest rank first, in order within a
 * rank; more are refused.
 */
export class ConcurrencyLimit {
  #running = 0;
  #length = 0;
  readonly #leftFree: readonly number[];
  /** By rank. */
  readonly #waiting: readonly (() => void)[][];

  constructor(private readonly limits: ConcurrencyLimits) {
    this.#leftFree = limits.leftFree ?? [0];
    this.#waiting = this.#leftFree.map(() => []);
  }

  /**
   * @param rank index into `leftFree`. Default: 0
   * @throws AppError `overloaded` (503) when the queue is full for this rank; any error of the task.
   */
  async run<T>(task: () => Promise<T>, rank = 0): Promise<T> {
    await this.#enter(rank);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  async #enter(rank: number): Promise<void> {
    if (this.#running < this.limits.running) {
      this.#running += 1;
      return;
    }
    if (this.#length >= this.limits.waiting - this.#leftFree[rank]!)
      throw new AppError('overloaded', 'Too busy now; try again shortly');
    this.#length += 1;
    await new Promise<void>((resolve) => this.#waiting[rank]!.push(resolve));
  }

  /** Passes its slot to the first waiting task, so that a new caller cannot overtake the queue. */
  #leave(): void {
    const next = this.#waiting.find((queue) => queue.length > 0)?.shift();
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    this.#length -= 1;
    next();
  }
}
