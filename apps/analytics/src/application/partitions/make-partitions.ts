/** Makes the missing monthly partitions. One attempt at a time: a call during an attempt waits for that attempt. */
export class MakePartitions {
  #running: Promise<void> | undefined;

  /** @param makeMissing makes those of this month, of the next three, and of stored events that have none */
  constructor(private readonly makeMissing: () => Promise<void>) {}

  execute(): Promise<void> {
    this.#running ??= this.makeMissing().finally(() => (this.#running = undefined));
    return this.#running;
  }
}
