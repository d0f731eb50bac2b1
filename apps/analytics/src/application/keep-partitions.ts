import type { EventPartitions } from './ports.js';

/** Months have their partitions ahead of time; those of the past are made when the first event strays. One attempt at a time. */
export class KeepPartitions {
  #running: Promise<void> | undefined;

  constructor(private readonly partitions: EventPartitions) {}

  execute(): Promise<void> {
    this.#running ??= this.partitions.makeMissing().finally(() => (this.#running = undefined));
    return this.#running;
  }
}
