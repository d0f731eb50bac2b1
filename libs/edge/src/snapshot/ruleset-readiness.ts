import { PLATFORM } from '#libs/contracts';
import type { RulesetReader } from '#libs/rulesets';

/** How long a process that starts with a snapshot waits for its confirmation before it is ready without. */
const CONFIRM_MS = 1_000;

/** Whether a process can answer from its rulesets. */
export class RulesetReadiness {
  /** Unix ms: the confirmation time of the snapshot. A later one came from flags or Redis. */
  #restoredFrom = 0;
  #startedAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly rulesets: Pick<RulesetReader, 'get' | 'confirmedAt'>,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /** To be called once the snapshot is restored. */
  start(): void {
    this.#restoredFrom = this.rulesets.confirmedAt;
    this.#startedAt = this.monotonicMs();
  }

  get isInitialised(): boolean {
    return this.rulesets.get(PLATFORM) !== undefined;
  }

  /** @throws Error while no ruleset is held, and for a moment while a restored one is not confirmed */
  check(): void {
    if (!this.isInitialised) throw new Error('no ruleset is available yet');
    const isConfirmed = this.rulesets.confirmedAt > this.#restoredFrom;
    const hasWaited = this.monotonicMs() - this.#startedAt > CONFIRM_MS;
    // Clients may come from processes ahead of the snapshot: their version must not decrease while flags or Redis can be asked.
    if (!isConfirmed && !hasWaited) throw new Error('the snapshot is not confirmed yet');
  }
}
