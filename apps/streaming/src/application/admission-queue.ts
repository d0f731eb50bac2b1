import { AppError } from '#libs/kernel';

export interface AdmissionLimits {
  /** How many may be on their way in; who comes after is refused at once. */
  readonly waiting: number;
  /** How long they begin before others get the processor again. */
  readonly perTurnMs: number;
  /** Longest wait for one's turn. */
  readonly deadlineMs: number;
}
interface Waiting {
  readonly since: number;
  readonly enter: () => void;
  readonly refuse: (error: AppError) => void;
}
/** Monotonic milliseconds, the next turn of the event loop, and a number from 0 to 1. */
export interface Surroundings {
  now(): number;
  nextTurn(work: () => void): void;
  random(): number;
}

const LONGEST_RETRY_S = 10;

/**
 * Lets streams begin for a few milliseconds at a time, so that thousands who come back at once do not hold up everybody else in the process. Who is
 * refused hears when to come again, each at another time.
 */
export class Admission {
  readonly #queue: Waiting[] = [];
  #pending = 0;
  #isRunning = false;
  #refused = 0;

  constructor(
    private readonly limits: AdmissionLimits,
    private readonly around: Surroundings,
  ) {}

  /** Requests that were refused since the start. */
  get refused(): number {
    return this.#refused;
  }

  /** Calls `begin` with what `prepare` brings when it is this one's turn. @throws AppError `overloaded`, and what the two throw */
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
      // In the turn itself, not after it: what it takes counts.
      const enter = (): void => {
        try {
          resolve(begin());
        } catch (error) {
          refuse(error as Error);
        }
      };
      this.#queue.push({ since: this.around.now(), enter, refuse });
      if (!this.#isRunning) this.#run();
    });
  }

  #run(): void {
    this.#isRunning = true;
    this.around.nextTurn(() => this.#next());
  }

  #next(): void {
    const start = this.around.now();
    this.#isRunning = false;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (next.since < start - this.limits.deadlineMs) next.refuse(this.#overloaded());
      else next.enter();
      if (this.around.now() - start >= this.limits.perTurnMs) break;
    }
    if (this.#queue.length > 0) this.#run();
  }

  #overloaded(): AppError {
    this.#refused += 1;
    const message = 'Too many streams begin at once; try again later';
    const retry_after = 1 + Math.floor(this.around.random() * LONGEST_RETRY_S);
    return new AppError('overloaded', message, [{ message, retry_after }]);
  }
}
