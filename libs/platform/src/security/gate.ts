import { AppError } from '#libs/kernel';

export interface GateLimits {
  readonly running: number;
  readonly waiting: number;
}

/** Lets a few in, a few more wait, in order, and turns the rest away. */
export class Gate {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly limits: GateLimits) {}

  /** @throws AppError `overloaded` (503) when as many wait as may; whatever the work throws. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await work();
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

  /** Hands its place to the next in line, so that nobody slips in between. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
