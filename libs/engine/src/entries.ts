import type { CompiledFlag, Decide } from './flags.js';
import type { Evaluation } from './model.js';
import type { ActiveKillSwitch } from './scope-ruleset.js';

export type Owner = 'platform' | 'organization';
export interface NamedKillSwitch extends ActiveKillSwitch {
  readonly scope: Owner;
}

/** A flag as one organization's environment sees it: compiled, with the kill switch that holds it, if any. */
export class Entry {
  decide: Decide;
  /** The result in the evaluation that `epoch` names, for flags that others depend on. */
  memo: Evaluation | undefined;
  memoEpoch = 2 ** 32 - 0.5;
  /** How deep in the chain of prerequisites this flag is being evaluated, in the evaluation that `activeEpoch` names. */
  depth = -1;
  activeEpoch = 2 ** 32 - 0.5;

  constructor(
    readonly key: string,
    readonly owner: Owner,
    readonly flag: CompiledFlag,
    killSwitch: NamedKillSwitch | undefined,
  ) {
    this.fixed = fixedOutcome(flag, killSwitch);
    this.decide = flag.decide;
  }

  /** The outcome where prerequisites, targets and rules are not asked. */
  readonly fixed: Evaluation | undefined;
}

/** Checks 0 to 2 of the order of evaluation: archived, disabled, kill switch. No context changes them. */
function fixedOutcome(flag: CompiledFlag, killSwitch: NamedKillSwitch | undefined): Evaluation | undefined {
  if (killSwitch === undefined) return flag.fixed?.evaluation;
  if (flag.fixed === undefined) return flag.outcomes.killSwitch(killSwitch.id, killSwitch.key, killSwitch.scope);
  return flag.fixed.because === 'disabled' ? flag.outcomes.disabled(true) : flag.fixed.evaluation;
}
