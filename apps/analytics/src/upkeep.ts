import type { JobRunner } from '#libs/service';
import type { DeleteExpiredEvents } from './application/delete-expired-events.js';
import type { KeepPartitions } from './application/keep-partitions.js';

const HOUR_MS = 3_600_000;
/** Days are what is promised. */
const RETENTION_MS = 6 * HOUR_MS;

/** What the event store does by itself, again and again. */
export class Upkeep {
  constructor(
    private readonly repeating: JobRunner,
    private readonly partitions: KeepPartitions,
    private readonly expired: DeleteExpiredEvents,
  ) {}

  start(): void {
    this.repeating.start({ name: 'partitions', everyMs: HOUR_MS, run: () => this.partitions.execute() });
    this.repeating.start({ name: 'retention', everyMs: RETENTION_MS, run: () => this.expired.execute() });
  }

  stop(): Promise<void> {
    return this.repeating.stop();
  }
}
