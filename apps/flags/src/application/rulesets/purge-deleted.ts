import type { Clock } from '#libs/kernel';
import type { PurgeStore } from '../ports/purge.js';

const DAY_MS = 86_400_000;
const KEPT_DAYS = 30;

/** Removes rows for good 30 days after they were deleted. */
export class PurgeDeleted {
  constructor(
    private readonly purgeStore: PurgeStore,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    await this.purgeStore.purge(new Date(this.clock.now().getTime() - KEPT_DAYS * DAY_MS));
  }
}
