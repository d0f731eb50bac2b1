import type { Run } from '../conditions/condition-test.js';
import type { Evaluation, EvaluationContext } from '../values/evaluation.js';
import type { Entry, Links } from './flag-table.js';

/** Whether a prerequisite's result lets the flag go on: disabled and broken flags never do. */
export function isMet(result: Evaluation | undefined, variant: string): boolean {
  if (result === undefined || result.variant !== variant) return false;
  return result.reason.type !== 'disabled' && result.reason.type !== 'error';
}

/**
 * Check 3: prerequisites in order, each a full evaluation of its flag, remembered for the evaluation at hand. Writes refuse
 * cycles; should one be there all the same, every flag on it ends with an error, wherever the evaluation came in.
 */
export class Prerequisites {
  private depth = 0;
  /** Counts the states of the ruleset. */
  private state = 0;
  /** Depth of the outermost flag of the cycle that is being left. */
  private cycleStart = Number.POSITIVE_INFINITY;

  constructor(
    private readonly run: Run,
    private readonly find: (key: string) => Entry | undefined,
  ) {}

  /** Forgets an evaluation that was cut off. */
  reset(): void {
    this.depth = 0;
    this.cycleStart = Number.POSITIVE_INFINITY;
  }

  /** The ruleset changed: what flags need has to be found again. */
  relink(): void {
    this.state++;
  }

  /** The result of a flag with its prerequisites. */
  decide(entry: Entry, context: EvaluationContext): Evaluation {
    const links = this.linksOf(entry);
    if (links.isChain) return this.decideInChain(entry, links, context);
    return this.firstUnmet(entry, links, context) ?? entry.flag.decide(context, this.run);
  }

  /** Each flag of a chain is decided once in an evaluation. */
  private decideInChain(entry: Entry, links: Links, context: EvaluationContext): Evaluation {
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

  private firstUnmet(entry: Entry, { needed }: Links, context: EvaluationContext): Evaluation | undefined {
    const { requirements } = entry.flag;
    for (let i = 0; i < requirements.length; i++) {
      const { variant, unmet } = requirements[i]!;
      if (!isMet(this.resultOf(needed[i], context), variant)) return unmet;
    }
    return undefined;
  }

  private resultOf(needed: Entry | undefined, context: EvaluationContext): Evaluation | undefined {
    if (needed === undefined) return undefined;
    if (needed.fixed !== undefined) return needed.fixed;
    const { memo } = needed;
    if (memo.epoch === this.run.epoch) return memo.result;
    const result = needed.decide(context, this.run);
    memo.result = result;
    memo.epoch = this.run.epoch;
    return result;
  }

  private linksOf(entry: Entry): Links {
    const { links } = entry;
    return links !== undefined && links.state === this.state ? links : this.link(entry);
  }

  /** A platform flag depends on platform flags alone. */
  private link(entry: Entry): Links {
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
