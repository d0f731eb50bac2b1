const MAX_COUNTED = 10_000;

/**
 * Counts how often this process failed on each message of a consumer, by stream sequence. The delivery count of the server does
 * not serve: it also grows when a process crashes, stops or loses its connection, which are no faults of the message. Counts
 * of the 10,000 latest failing messages are kept.
 */
export class Failures {
  readonly #counts = new Map<number, number>();

  /** Adds a failure; returns the count. */
  add(sequence: number): number {
    const count = (this.#counts.get(sequence) ?? 0) + 1;
    this.#counts.delete(sequence);
    this.#counts.set(sequence, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MAX_COUNTED && oldest !== undefined) this.#counts.delete(oldest);
    return count;
  }

  forget(sequence: number): void {
    this.#counts.delete(sequence);
  }
}
