import { AppError } from '#libs/kernel';

export interface AdmissionLimits {
  /** Requests that may wait at the same time; further ones are refused at once. */
  readonly waiting: number;
  /** Time for beginning streams in one turn of the event loop. */
  readonly perTurnMs: number;
  /** Longest wait of a request. */
  readonly deadlineMs: number;
}
interface Waiting {
  readonly since: number;
  readonly enter: () => void;
  readonly refuse: (error: AppError) => void;
}
/** The event loop, as a parameter for tests. */
export interface EventLoop {
  /** Monotonic milliseconds. */
  now(): number;
  nextTurn(work: () => void): void;
  /** From 0 to 1. */
  random(): number;
}

const LONGEST_RETRY_S = 10;

/**
 * Begins streams for a few milliseconds per turn of the event loop, so that thousands of clients that reconnect at once do not
 * block other requests. A refusal carries a random `retry_after`.
 */
export class AdmissionQueue {
  readonly #queue: Waiting[] = [];
  #pending = 0;
  #isRunning = false;
  #refused = 0;

  constructor(
    private readonly limits: AdmissionLimits,
    private readonly loop: EventLoop,
  ) {}

  /** Requests that were refused since the start. */
  get refused(): number {
    return this.#refused;
  }

  /** Runs `prepare`, waits for its turn and calls `begin` with the result. @throws AppError `overloaded`, and errors of the two */
  async pass<T>(prepare: () => Promise<T>, begin: (prepared: T) => void): Promise<void> {
    if (this.#pending >= this.limits.waiting) throw this.#overloaded();
    this.#pending += 1;
    try {
      const prepared = await prepare();
      await this.#turn(() => begin(prepared));
    } finally {
      this.#pending -= 1;
    }
  }

  #turn(begin: () => void): Promise<void> {
    return new Promise((resolve, refuse) => {
      // Within the turn, so that its time counts.
      const enter = (): void => {
        try {
          resolve(begin());
        } catch (error) {
          refuse(error as Error);
        }
      };
      this.#queue.push({ since: this.loop.now(), enter, refuse });
      if (!this.#isRunning) this.#run();
    });
  }

  #run(): void {
    this.#isRunning = true;
    this.loop.nextTurn(() => this.#next());
  }

  #next(): void {
    const start = this.loop.now();
    this.#isRunning = false;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (next.since < start - this.limits.deadlineMs) next.refuse(this.#overloaded());
      else next.enter();
      if (this.loop.now() - start >= this.limits.perTurnMs) break;
    }
    if (this.#queue.length > 0) this.#run();
  }

  #overloaded(): AppError {
    this.#refused += 1;
    const message = 'Too many streams begin at once; try again later';
    const retry_after = 1 + Math.floor(this.loop.random() * LONGEST_RETRY_S);
    return new AppError('overloaded', message, [{ message, retry_after }]);
  }
}
