import fc from 'fast-check';
import type { Operator } from '#libs/contracts';
import type { Json } from '#libs/kernel';
import type { EvaluationContext } from '../values/evaluation.js';
import { readerOf } from './attributes.js';
import { Run } from './condition-test.js';
import { fuseLeaf } from './fused-leaves.js';
import { operators } from './operators.js';

const FUSED: readonly Operator[] = [
  'equals',
  'in',
  'starts_with',
  'ends_with',
  'greater_than',
  'greater_than_or_equals',
  'less_than',
  'less_than_or_equals',
];
const values = fc.constantFrom<Json>('a', 'ab', 'b', '', 1, 2, 1.5, null, true, false);
const expectations = fc.oneof(values, fc.array(values, { maxLength: 9 }));

/** What a leaf returns by definition: reads the attribute, then applies the operator if it is present. */
function byTable(name: string, operator: Operator, expected: Json, context: EvaluationContext): boolean {
  const actual = readerOf(name)(context);
  return actual !== undefined && operators[operator](expected)(actual, new Run());
}

describe('fuseLeaf', () => {
  it('returns what the table of operators returns', () => {
    const contexts = fc.oneof(
      fc.constant<EvaluationContext>({}),
      fc.constant<EvaluationContext>({ attributes: {} }),
      values.map((plan): EvaluationContext => ({ attributes: { plan }, user_id: String(plan) })),
    );
    const names = fc.constantFrom('plan', 'user_id');
    fc.assert(
      fc.property(names, fc.constantFrom(...FUSED), expectations, contexts, (name, operator, expected, context) => {
        const fused = fuseLeaf(name, operator, expected);
        fc.pre(fused !== undefined);

        expect(fused(context, new Run())).toBe(byTable(name, operator, expected, context));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each<[string, string, Operator, Json | undefined]>([
    ['a path', 'plan.name', 'equals', 'pro'],
    ['an inherited name', 'toString', 'equals', 'x'],
    ['an object as value', 'plan', 'equals', { a: 1 }],
    ['an operator without a fused form', 'plan', 'matches', 'x'],
    ['an absent value', 'plan', 'equals', undefined],
  ])('leaves %s to the table', (_case, name, operator, expected) => {
    expect(fuseLeaf(name, operator, expected)).toBeUndefined();
  });
});
