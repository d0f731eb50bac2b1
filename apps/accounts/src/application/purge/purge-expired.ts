import type { Clock } from '#libs/kernel';
import type { AccountsPolicy } from '../ports/policy.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

const DAY_MS = 86_400_000;
const DELETED_DAYS = 30;
/** Few enough that a statement stays far below its time limit. */
const ROWS = 5_000;

/** Deletes rows that ended, expired or were deleted softly long ago: once a day, in one of all processes. */
export class PurgeExpired {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly policy: AccountsPolicy,
  ) {}

  /** Returns the number of deleted rows; `undefined` when the purge was not due. Rows that are left after a crash go the next day. */
  async execute(): Promise<number | undefined> {
    const now = this.clock.now();
    const claimed = await this.uow.acrossOrganizations(({ jobs }) => jobs.claim('purge', now, before(now, DAY_MS)));
    if (!claimed) return undefined;
    let gone = 0;
    for (let last = ROWS; last >= ROWS; gone += last) last = await this.#some(now);
    return gone;
  }

  #some(now: Date): Promise<number> {
    const limits = {
      now,
      endedBefore: before(now, DAY_MS),
      deletedBefore: before(now, DELETED_DAYS * DAY_MS),
      retiredBefore: before(now, DAY_MS + this.policy.accessTtlS * 1_000),
      rows: ROWS,
    };
    return this.uow.acrossOrganizations(({ jobs }) => jobs.purge(limits));
  }
}

function before(now: Date, ms: number): Date {
  return new Date(now.getTime() - ms);
}
