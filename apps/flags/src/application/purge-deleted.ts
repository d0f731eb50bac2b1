import type { Clock } from '#libs/kernel';
import type { Remains } from './ports.js';

const DAY_MS = 86_400_000;
const KEPT_DAYS = 30;

/** What was deleted softly goes for good after 30 days; what the inbox remembers, when no stream can deliver it again. */
export class PurgeDeleted {
  constructor(
    private readonly remains: Remains,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    await this.remains.purge(new Date(this.clock.now().getTime() - KEPT_DAYS * DAY_MS));
  }
}
