import { OverBudget } from '../values/work.js';
import { compileBounded } from './bounded-conditions.js';
import { Run } from './condition-test.js';

const references = { environmentName: 'prod', segment: () => ({ membership: () => -1 as const }) };
const leaves = (count: number, operator = 'exists', value?: unknown) => ({
  any: Array.from({ length: count }, () => ({ attribute: 'a', operator, value })),
});
const spentOn = (tree: unknown): number => {
  const run = new Run();
  compileBounded(tree, references)({ attributes: {} }, run);
  return new Run().remaining - run.remaining;
};

describe('compileBounded', () => {
  it('takes work for large trees only, by their number of leaves', () => {
    expect(spentOn(leaves(16))).toBe(0);
    expect(spentOn(leaves(17))).toBeGreaterThan(0);
    expect(spentOn(leaves(340))).toBe(20 * spentOn(leaves(17)));
  });

  it('refuses more patterns than an evaluation may reach, in one tree or in several', () => {
    const run = new Run();
    const test = compileBounded(leaves(25, 'matches', 'x'), references);

    expect([test({}, run), test({}, run)]).toEqual([false, false]);
    expect(() => test({}, run)).toThrow(OverBudget);
    expect(() => compileBounded(leaves(51, 'matches', 'x'), references)({}, new Run())).toThrow(OverBudget);
  });

  it('refuses a tree that needs more work than is left, before it is tested', () => {
    const run = new Run();
    run.remaining = 100;

    expect(() => compileBounded(leaves(17), references)({ attributes: { a: 1 } }, run)).toThrow(OverBudget);
    expect(compileBounded(leaves(16), references)({ attributes: { a: 1 } }, run)).toBe(true);
  });
});
