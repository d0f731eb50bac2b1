import type { Run } from '../conditions/condition-test.js';
import type { Evaluation, EvaluationContext } from '../values/evaluation.js';
import { MAX_PATTERNS } from '../values/work.js';
import type { FlagEntry, Links } from './flag-table.js';

const PREREQUISITE_UNITS = 50;
/** Prerequisites of one flag that are looked at in passing. */
const FEW = 8;

/** Whether the result of a prerequisite satisfies it. The result of a disabled or broken flag never does. */
export function isMet(result: Evaluation | undefined, variant: string): boolean {
  if (result === undefined || result.variant !== variant) return false;
  return result.reason.type !== 'disabled' && result.reason.type !== 'error';
}

/**
 * Check 3 of the order of evaluation: prerequisites in order, each a full evaluation of its flag, cached for the current
 * evaluation. Writes reject cycles. If a ruleset contains one nevertheless, every flag on it evaluates to an error,
 * whichever of them the evaluation starts from.
 */
export class Prerequisites {
  private depth = 0;
  /** Number of the state of the ruleset. */
  private state = 0;
  /** Lowest depth of the flags on the cycle that was found, until the evaluation returns to it. */
  private cycleStart = Number.POSITIVE_INFINITY;

  constructor(
    private readonly run: Run,
    private readonly find: (key: string) => FlagEntry | undefined,
  ) {}

  /** Call after an evaluation that threw. */
  reset(): void {
    this.depth = 0;
    this.cycleStart = Number.POSITIVE_INFINITY;
  }

  /** Call when the ruleset changed: prerequisites are resolved again. */
  relink(): void {
    this.state++;
  }

  /** The outcome of a flag that has prerequisites. */
  decide(entry: FlagEntry, context: EvaluationContext): Evaluation {
    const links = this.linksOf(entry);
    if (links.isChain) return this.decideInChain(entry, links, context);
    return this.firstUnmet(entry, links, context) ?? entry.flag.decide(context, this.run);
  }

  /** Decides each flag of a chain at most once per evaluation. */
  private decideInChain(entry: FlagEntry, links: Links, context: EvaluationContext): Evaluation {
    const { run } = this;
    const { memo } = entry;
    if (memo.epoch === run.epoch) return memo.result!;
    if (memo.activeEpoch === run.epoch) {
      this.cycleStart = Math.min(this.cycleStart, memo.depth);
      return entry.flag.outcomes.cyclic;
    }
    memo.activeEpoch = run.epoch;
    memo.depth = this.depth++;
    const unmet = this.firstUnmet(entry, links, context);
    this.depth--;
    const isOnCycle = this.cycleStart <= memo.depth;
    if (this.cycleStart === memo.depth) this.cycleStart = Number.POSITIVE_INFINITY;
    memo.result = isOnCycle ? entry.flag.outcomes.cyclic : (unmet ?? entry.flag.decide(context, run));
    memo.epoch = run.epoch;
    return memo.result;
  }

  private firstUnmet(entry: FlagEntry, { needed }: Links, context: EvaluationContext): Evaluation | undefined {
    const { requirements } = entry.flag;
    if (requirements.length > FEW) this.run.spend(requirements.length * PREREQUISITE_UNITS);
    for (let i = 0; i < requirements.length; i++) {
      const { variant, unmet } = requirements[i]!;
      if (!isMet(this.resultOf(needed[i], context), variant)) return unmet;
    }
    return undefined;
  }

  private resultOf(needed: FlagEntry | undefined, context: EvaluationContext): Evaluation | undefined {
    if (needed === undefined) return undefined;
    if (needed.fixed !== undefined) return needed.fixed;
    const { memo } = needed;
    if (memo.epoch === this.run.epoch) return memo.result;
    const result = this.evaluate(needed, context);
    memo.result = result;
    memo.epoch = this.run.epoch;
    return result;
  }

  /** A prerequisite shares the work of the evaluation, and may reach as many patterns as any flag. */
  private evaluate(needed: FlagEntry, context: EvaluationContext): Evaluation {
    const { run } = this;
    const { patterns } = run;
    run.spend(PREREQUISITE_UNITS);
    run.patterns = MAX_PATTERNS;
    const result = needed.decide(context, run);
    run.patterns = patterns;
    return result;
  }

  private linksOf(entry: FlagEntry): Links {
    const { links } = entry;
    return links !== undefined && links.state === this.state ? links : this.link(entry);
  }

  /** Platform flags can depend on platform flags only. */
  private link(entry: FlagEntry): Links {
    const needed = entry.flag.requirements.map(({ key }) => {
      const found = this.find(key);
      return entry.owner === 'platform' && found?.owner !== 'platform' ? undefined : found;
    });
    const isChain = needed.some((found) => found !== undefined && found.flag.requirements.length > 0);
    const links = { state: this.state, needed, isChain };
    entry.links = links;
    return links;
  }
}
