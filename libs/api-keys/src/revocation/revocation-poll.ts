import type { Clock } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { Job } from '#libs/service';
import type { RevocationSource, RevokedSince } from './revocation-sources.js';
import type { Revocations } from './revocations.js';

const PERIOD_MS = 2_000;
/** Covers late commits and differences between the clocks of accounts' processes. */
const OVERLAP_MS = 15 * 60_000;

export interface RevocationPollParts {
  /** What is revoked, for logs. */
  readonly what: string;
  readonly revocations: Pick<Revocations, 'add' | 'confirm'>;
  readonly sources: readonly RevocationSource[];
  /** As long as accounts keeps them. */
  readonly keptMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Asks every source for revocations every 2 s, so that a process that receives no facts knows of a revocation within 3 s. The load is
 * the same with and without an outage. The phase is random, so that many processes do not ask at once.
 */
export class RevocationPoll {
  #running: Promise<void> | undefined;
  /** Unix ms by the clock of accounts. */
  #wholeAsOf: number | undefined;

  constructor(private readonly parts: RevocationPollParts) {}

  /** Does not await the poll: a source that does not answer must not delay the next one. */
  job(random: () => number = Math.random): Job {
    const run = async (): Promise<void> => void this.poll();
    return { name: `the poll for ${this.parts.what}`, everyMs: PERIOD_MS, firstAfterMs: PERIOD_MS * random(), run };
  }

  /** Never throws. Concurrent callers share one poll. */
  poll(): Promise<void> {
    this.#running ??= this.#poll().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #poll(): Promise<void> {
    const { clock, keptMs, sources } = this.parts;
    const now = clock.now().getTime();
    const since = this.#wholeAsOf === undefined ? now - keptMs : this.#wholeAsOf - OVERLAP_MS;
    // Each answer is used when it arrives: a frozen source does not delay the other.
    await Promise.all(sources.map((source) => this.#ask(source, since, now)));
  }

  async #ask(source: RevocationSource, since: number, askedAt: number): Promise<void> {
    try {
      this.#take(await source.since(since), askedAt);
    } catch (error) {
      this.parts.logger.debug({ err: error }, `a source of ${this.parts.what} did not answer`);
    }
  }

  #take({ ids, whole }: RevokedSince, askedAt: number): void {
    const { revocations } = this.parts;
    for (const id of ids) revocations.add(id);
    if (whole === undefined) return;
    this.#wholeAsOf = Math.max(this.#wholeAsOf ?? 0, whole.asOf);
    revocations.confirm(askedAt - whole.ageMs);
  }
}
