import type { EvaluationContext } from '../values/evaluation.js';

/**
 * What one evaluation carries along. One per ruleset, used again for every evaluation, so that none allocates; both
 * fields start as doubles, which V8 keeps unboxed.
 */
export class Run {
  /** Unix milliseconds. */
  now = Number.NaN;
  /** Counts evaluations; remembered results are good for one epoch. */
  epoch = 2 ** 32;
}

/** A compiled condition. */
export type Test = (context: EvaluationContext, run: Run) => boolean;

export const always: Test = () => true;
export const never: Test = () => false;
