import type { EvaluationContext } from '../values/evaluation.js';
import { Work } from '../values/work.js';

/**
 * State of the evaluation in progress. Each ruleset has one and reuses it, so that an evaluation allocates nothing. Its
 * fields start as doubles, which V8 stores unboxed.
 */
export class Run extends Work {
  /** Unix milliseconds. */
  now = Number.NaN;
  /** Number of the evaluation. Results cached during an evaluation are valid for this epoch only. */
  epoch = 2 ** 32;
}

/** A compiled condition tree. Throws OverBudget when it needs more work than is left. */
export type Test = (context: EvaluationContext, run: Run) => boolean;

export const always: Test = () => true;
export const never: Test = () => false;
