const MAX_REMEMBERED = 10_000;

/**
 * How often this process failed on which message of a consumer. The server's count of deliveries would not do: it also grows when
 * a process dies, is stopped, or was cut off while it waited, and none of that says anything about the message.
 */
export class Failures {
  readonly #counts = new Map<number, number>();

  /** One more, and how many that makes. */
  add(sequence: number): number {
    const count = (this.#counts.get(sequence) ?? 0) + 1;
    this.#counts.delete(sequence);
    this.#counts.set(sequence, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MAX_REMEMBERED && oldest !== undefined) this.#counts.delete(oldest);
    return count;
  }

  forget(sequence: number): void {
    this.#counts.delete(sequence);
  }
}
