import type { ActiveKillSwitch } from '../documents/kill-switches.js';
import type { Evaluation } from '../values/evaluation.js';
import type { CompiledFlag, Decide } from './compiled-flag.js';

/** The scope that a flag or kill switch comes from. */
export type Owner = 'platform' | 'organization';
export interface ScopedKillSwitch extends ActiveKillSwitch {
  readonly scope: Owner;
}

/** Results cached during one evaluation, for a flag that has prerequisites or is one. Epochs are those of `Run`. */
export class Memo {
  result: Evaluation | undefined;
  epoch = 2 ** 32 - 0.5;
  /** Depth in the chain of prerequisites at which the flag is being evaluated. */
  depth = -1;
  /** The evaluation in which the flag is in progress. */
  activeEpoch = 2 ** 32 - 0.5;
}

/** The prerequisites of a flag, resolved once per state of the ruleset. */
export interface Links {
  readonly state: number;
  /** In the order of the prerequisites. `undefined` where the flag does not exist or may not be depended on. */
  readonly needed: readonly (FlagEntry | undefined)[];
  /** Whether any of them has prerequisites of its own: only then a cycle is possible. */
  readonly isChain: boolean;
}

/** The flags of a ruleset that are compiled, by key. */
export type FlagTable = Map<string, FlagEntry>;

/** One flag of the table: compiled for the environment, with the active kill switch that names it, if any. */
export class FlagEntry {
  /** The outcome when prerequisites, targets and rules do not matter. */
  readonly fixed: Evaluation | undefined;
  decide: Decide;
  links: Links | undefined;
  private cachedMemo: Memo | undefined;

  constructor(
    readonly key: string,
    readonly owner: Owner,
    readonly flag: CompiledFlag,
    killSwitch: ScopedKillSwitch | undefined,
  ) {
    this.fixed = fixedOutcome(flag, killSwitch);
    this.decide = flag.decide;
  }

  get memo(): Memo {
    return (this.cachedMemo ??= new Memo());
  }
}

/** Checks 0 to 2 of the order of evaluation: archived, disabled, kill switch. They do not depend on the context. */
function fixedOutcome(flag: CompiledFlag, killSwitch: ScopedKillSwitch | undefined): Evaluation | undefined {
  if (killSwitch === undefined) return flag.fixed;
  if (flag.fixed === undefined) return flag.outcomes.killSwitch(killSwitch.id, killSwitch.key, killSwitch.scope);
  return flag.fixedReason === 'disabled' ? flag.outcomes.disabled(true) : flag.fixed;
}
