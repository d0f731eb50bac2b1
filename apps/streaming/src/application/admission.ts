import { AppError } from '#libs/kernel';

export interface AdmissionLimits {
  /** How many may be on their way in; who comes after is refused at once. */
  readonly waiting: number;
  /** How many begin before others get the processor again. */
  readonly perTurn: number;
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
 * Lets streams begin a few at a time, so that thousands who come back at once do not hold up everybody else in the process. Who is
 * refused hears when to come again, each at another time.
 */
export class Admission {
  readonly #queue: Waiting[] = [];
  #pending = 0;
  /** How many have begun in this turn; none is running while 0. */
  #begun = 0;
  #refused = 0;

  constructor(
    private readonly limits: AdmissionLimits,
    private readonly around: Surroundings,
  ) {}

  /** Requests that were refused since the start. */
  get refused(): number {
    return this.#refused;
  }

  /** Resolves with what `prepare` brings when it is this one's turn to begin. @throws AppError `overloaded`, and what `prepare` throws */
  async pass<T>(prepare: () => Promise<T>): Promise<T> {
    if (this.#pending >= this.limits.waiting) throw this.#overloaded();
    this.#pending += 1;
    try {
      const prepared = await prepare();
      await this.#turn();
      return prepared;
    } finally {
      this.#pending -= 1;
    }
  }

  #turn(): Promise<void> | undefined {
    if (this.#queue.length === 0 && this.#begun < this.limits.perTurn) return void this.#begin();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push({ since: this.around.now(), enter: resolve, refuse: reject });
    return promise;
  }

  #begin(): void {
    this.#begun += 1;
    if (this.#begun === 1) this.around.nextTurn(() => this.#next());
  }

  #next(): void {
    this.#begun = 0;
    const latest = this.around.now() - this.limits.deadlineMs;
    for (const waiting of this.#queue.splice(0, this.limits.perTurn)) {
      this.#begin();
      if (waiting.since < latest) waiting.refuse(this.#overloaded());
      else waiting.enter();
    }
  }

  #overloaded(): AppError {
    this.#refused += 1;
    const message = 'Too many streams begin at once; try again later';
    const retry_after = 1 + Math.floor(this.around.random() * LONGEST_RETRY_S);
    return new AppError('overloaded', message, [{ message, retry_after }]);
  }
}
