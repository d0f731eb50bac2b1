import type { Clock } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { Job } from '#libs/service';
import type { RevocationSource, RevokedSince } from './revocation-sources.js';
import type { Revocations } from './revocations.js';

const PERIOD_MS = 2_000;
/** As long as accounts keeps revocations. */
const FIRST_MS = 24 * 3_600_000;
/** Covers late commits and differences between the clocks of accounts' processes. */
const OVERLAP_MS = 15 * 60_000;

/**
 * Asks every source for revocations every 2 s, so that a process that receives no facts knows of a revocation within 3 s. The load is
 * the same with and without an outage. The phase is random, so that many processes do not ask at once.
 */
export class RevocationPoll {
  #running: Promise<void> | undefined;
  /** Unix ms by the clock of accounts. */
  #wholeAsOf: number | undefined;

  constructor(
    private readonly revocations: Revocations,
    private readonly sources: readonly RevocationSource[],
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Does not await the poll: a source that does not answer must not delay the next one. */
  job(random: () => number = Math.random): Job {
    const run = async (): Promise<void> => void this.poll();
    return { name: 'the poll for revocations', everyMs: PERIOD_MS, firstAfterMs: PERIOD_MS * random(), run };
  }

  /** Never throws. Concurrent callers share one poll. */
  poll(): Promise<void> {
    this.#running ??= this.#poll().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #poll(): Promise<void> {
    const now = this.clock.now().getTime();
    const since = this.#wholeAsOf === undefined ? now - FIRST_MS : this.#wholeAsOf - OVERLAP_MS;
    // Each answer is used when it arrives: a frozen source does not delay the other.
    await Promise.all(this.sources.map((source) => this.#ask(source, since, now)));
  }

  async #ask(source: RevocationSource, since: number, askedAt: number): Promise<void> {
    try {
      this.#take(await source.since(since), askedAt);
    } catch (error) {
      this.logger.debug({ err: error }, 'a source of revocations did not answer');
    }
  }

  #take({ lookupIds, whole }: RevokedSince, askedAt: number): void {
    for (const lookupId of lookupIds) this.revocations.add(lookupId);
    if (whole === undefined) return;
    this.#wholeAsOf = Math.max(this.#wholeAsOf ?? 0, whole.asOf);
    this.revocations.confirm(askedAt - whole.ageMs);
  }
}
