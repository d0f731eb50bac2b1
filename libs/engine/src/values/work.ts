/**
 * Upper bound of the work of one evaluation, in units of one to two nanoseconds: an element visited, a character compared, a
 * word of an automaton's states. Counted, not timed, so that the same flag and context have the same outcome everywhere.
 */
export const MAX_WORK = 5_000_000;
/** The same for all flags of one answer together. */
const MAX_ANSWER_WORK = 20_000_000;
/** Patterns that the rules, strategies and segments reached by one evaluation may contain. */
export const MAX_PATTERNS = 50;

/** Thrown when an evaluation needs more work than it may use. One object serves all: creating an error costs more than a test. */
export class OverBudget extends Error {}
const overBudget = new OverBudget('The flag needs too much work for this context');

/** The work that is left. Its fields start as doubles, which V8 stores unboxed. */
export class Work {
  remaining = MAX_WORK + 0.5;
  patterns = MAX_PATTERNS + 0.5;

  /** @throws OverBudget */
  spend(units: number): void {
    if ((this.remaining -= units) < 0) throw overBudget;
  }

  /** Call before conditions that contain patterns are tested. @throws OverBudget */
  reachPatterns(count: number): void {
    if ((this.patterns -= count) < 0) throw overBudget;
  }
}

/** The work that is left for the flags of one answer. Beyond it those flags answer with an error that need counted work. */
export interface WorkAllowance {
  left: number;
}

export const bulkAllowance = (): WorkAllowance => ({ left: MAX_ANSWER_WORK });
