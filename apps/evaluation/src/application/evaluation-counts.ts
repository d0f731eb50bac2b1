import type { Evaluation, Reason } from '#libs/engine';

export interface Environment {
  readonly id: string;
  readonly name: string;
}
/** Number of evaluations that served one variant of a flag in one environment for one kind of reason. */
export interface EvaluationCount {
  readonly orgId: string;
  readonly environment: Environment;
  readonly flagKey: string;
  readonly variant: string;
  readonly reason: Reason['type'];
  readonly count: number;
}
interface Tally {
  count: number;
}

/** Counts of one environment. An outcome is one object, so counting costs one look-up and one increment. */
export class EnvironmentCounts {
  #tallies = new Map<Evaluation, Tally>();

  constructor(
    private readonly orgId: string,
    private readonly environment: Environment,
    private readonly begun: Set<EnvironmentCounts>,
  ) {}

  add(evaluation: Evaluation): void {
    const tally = this.#tallies.get(evaluation);
    if (tally === undefined) this.#begin(evaluation);
    else tally.count += 1;
  }

  addAll(evaluations: readonly Evaluation[]): void {
    for (const evaluation of evaluations) this.add(evaluation);
  }

  /** Returns the counts since the last call. */
  take(): EvaluationCount[] {
    const { orgId, environment } = this;
    const taken = [...this.#tallies].map(([{ flag_key, variant, reason }, { count }]) => {
      return { orgId, environment, flagKey: flag_key, variant, reason: reason.type, count };
    });
    this.#tallies = new Map();
    return taken;
  }

  /** `begun` keeps these counts until they are taken, even when the organization is evicted meanwhile. */
  #begin(evaluation: Evaluation): void {
    this.#tallies.set(evaluation, { count: 1 });
    this.begun.add(this);
  }
}

/** The evaluations of this process, counted until they are taken. */
export class EvaluationCounts {
  readonly #begun = new Set<EnvironmentCounts>();
  /** Total of all counts taken so far, by kind of reason. */
  readonly byReason = new Map<Reason['type'], number>();

  in(orgId: string, environment: Environment): EnvironmentCounts {
    return new EnvironmentCounts(orgId, environment, this.#begun);
  }

  /** Returns all counts since the last call. */
  take(): EvaluationCount[] {
    const begun = [...this.#begun];
    this.#begun.clear();
    const taken = begun.flatMap((counts) => counts.take());
    for (const { reason, count } of taken) this.byReason.set(reason, (this.byReason.get(reason) ?? 0) + count);
    return taken;
  }
}
