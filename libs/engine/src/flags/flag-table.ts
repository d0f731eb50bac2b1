import type { ActiveKillSwitch } from '../documents/scope-ruleset.js';
import type { Evaluation } from '../values/evaluation.js';
import type { CompiledFlag, Decide } from './compiled-flag.js';

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

/** The flags that a flag needs, found once for a state of the ruleset. */
export interface Links {
  readonly state: number;
  /** In the order of its prerequisites; `undefined` where there is none, or none that it may depend on. */
  readonly needed: readonly (Entry | undefined)[];
  /** Some of them have prerequisites of their own: only these can lead back. */
  readonly isChain: boolean;
}

/** A flag as one organization's environment sees it: compiled, with the kill switch that holds it, if any. */
export class Entry {
  /** The outcome where prerequisites, targets and rules are not asked. */
  readonly fixed: Evaluation | undefined;
  decide: Decide;
  links: Links | undefined;
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
