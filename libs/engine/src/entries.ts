import type { CompiledFlag, Decide } from './flags.js';
import type { Evaluation } from './model.js';
import type { ActiveKillSwitch } from './scope-ruleset.js';

export type Owner = 'platform' | 'organization';
export interface NamedKillSwitch extends ActiveKillSwitch {
  readonly scope: Owner;
}

/** What is remembered of a flag that has prerequisites, or is one; each epoch names an evaluation. */
export class Memo {
  result: Evaluation | undefined;
  epoch = 2 ** 32 - 0.5;
  /** How deep in the chain of prerequisites the flag is being evaluated. */
  depth = -1;
  activeEpoch = 2 ** 32 - 0.5;
}

/** A flag as one organization's environment sees it: compiled, with the kill switch that holds it, if any. */
export class Entry {
  /** The outcome where prerequisites, targets and rules are not asked. */
  readonly fixed: Evaluation | undefined;
  decide: Decide;
  private remembered: Memo | undefined;

  constructor(
    readonly key: string,
    readonly owner: Owner,
    readonly flag: CompiledFlag,
    killSwitch: NamedKillSwitch | undefined,
  ) {
    this.fixed = fixedOutcome(flag, killSwitch);
    this.decide = flag.decide;
  }

  get memo(): Memo {
    return (this.remembered ??= new Memo());
  }
}

/** Checks 0 to 2 of the order of evaluation: archived, disabled, kill switch. No context changes them. */
function fixedOutcome(flag: CompiledFlag, killSwitch: NamedKillSwitch | undefined): Evaluation | undefined {
  if (killSwitch === undefined) return flag.fixed;
  if (flag.fixed === undefined) return flag.outcomes.killSwitch(killSwitch.id, killSwitch.key, killSwitch.scope);
  return flag.because === 'disabled' ? flag.outcomes.disabled(true) : flag.fixed;
}
