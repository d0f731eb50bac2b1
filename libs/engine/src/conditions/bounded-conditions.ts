import { compileConditions, type References } from './compile-conditions.js';
import type { Test } from './condition-test.js';
import { weighConditions } from './weigh-conditions.js';

/** Trees of up to this many leaves are tested in passing. */
const SMALL = 16;
const LEAF_UNITS = 20;

/**
 * Compiles a condition tree into a function that first takes the work of all its leaves from the run. Only large trees and
 * those with patterns pay for the count.
 * @throws Uncompilable
 */
export function compileBounded(tree: unknown, references: References): Test {
  const test = compileConditions(tree, references);
  const { leaves, patterns } = weighConditions(tree);
  if (leaves <= SMALL && patterns.length === 0) return test;
  const [units, reached] = [leaves * LEAF_UNITS, patterns.length];
  return (context, run) => {
    run.spend(units);
    run.reachPatterns(reached);
    return test(context, run);
  };
}
