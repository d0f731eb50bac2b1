import { AppError } from '../app-error.js';

const SHORTEST_RETRY_S = 1;
const LONGEST_RETRY_S = 10;

/** A bounded number of places for each name, such as the streams of one API key. */
export class Places {
  readonly #taken = new Map<string, number>();

  /** @param refusal the message of the error when a name has no place left */
  constructor(
    private readonly max: number,
    private readonly refusal: string,
  ) {}

  /**
   * Takes a place; the returned function frees it, once however often it is called.
   * @throws AppError 429 `rate_limited` with a random `retry_after` when the name has no place left
   */
  take(name: string): () => void {
    const taken = this.#taken.get(name) ?? 0;
    if (taken >= this.max)
      throw new AppError('rate_limited', this.refusal, [
        { message: `The limit is ${this.max}`, retry_after: retryAfterS() },
      ]);
    this.#taken.set(name, taken + 1);
    return once(() => this.#free(name));
  }

  #free(name: string): void {
    const left = this.#taken.get(name)! - 1;
    if (left === 0) this.#taken.delete(name);
    else this.#taken.set(name, left);
  }
}

/** Takes several places, or none. @throws the error of the first that is refused */
export function takeAll(takes: readonly (() => () => void)[]): () => void {
  const frees: (() => void)[] = [];
  const freeAll = (): void => frees.splice(0).forEach((free) => free());
  try {
    for (const take of takes) frees.push(take());
  } catch (error) {
    freeAll();
    throw error;
  }
  return freeAll;
}

/** A random time to wait, so that refused callers do not return together. */
export function retryAfterS(): number {
  return SHORTEST_RETRY_S + Math.floor(Math.random() * LONGEST_RETRY_S);
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}
