import type { Clock } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { RevocationSource, RevokedSince } from './revocation-sources.js';
import type { Revocations } from './revocations.js';

const PERIOD_MS = 2_000;
/** As long as accounts keeps them for who was away. */
const FIRST_MS = 24 * 3_600_000;
/** Covers a commit that came late and clocks of accounts' processes that differ. */
const OVERLAP_MS = 15 * 60_000;

/**
 * Asks every source for revocations, every 2 s, changed or not: the same work on a good day and on a bad one, so that a process
 * that hears no facts learns of a revocation within 3 s. The phase is random, so that many processes do not ask at once.
 */
export class RevocationPoll {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  /** Unix ms by the clock of accounts. */
  #wholeAsOf: number | undefined;

  constructor(
    private readonly revocations: Revocations,
    private readonly sources: readonly RevocationSource[],
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  start(random: () => number = Math.random): void {
    void this.poll();
    this.#timer = setTimeout(() => {
      void this.poll();
      this.#timer = setInterval(() => void this.poll(), PERIOD_MS);
    }, PERIOD_MS * random());
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Never throws: the next one comes in 2 s. Who asks while one runs waits for that one. */
  poll(): Promise<void> {
    this.#running ??= this.#poll().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #poll(): Promise<void> {
    const now = this.clock.now().getTime();
    const since = this.#wholeAsOf === undefined ? now - FIRST_MS : this.#wholeAsOf - OVERLAP_MS;
    // Each answer counts when it comes: a source that is frozen does not hold back the other.
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
