import type { Clock } from '#libs/kernel';
import type { Database } from '#libs/platform';
import { ensureEpoch } from './counter.js';

/** Sees to it, once per process and in a transaction of its own, that the database has an epoch. */
export class Epoch {
  #isThere = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async ensure(): Promise<void> {
    if (this.#isThere) return;
    await this.database.systemTransaction(({ manager }) => ensureEpoch(manager, this.clock.now()));
    this.#isThere = true;
  }
}
