import fc from 'fast-check';
import type { Condition } from './condition.js';
import type { DocumentRef, FlagDocument, Rule } from './documents.js';
import { namesIn, referencesOf, refsOfRules } from './references.js';

/** A tree with the keys of its segments, known by construction. */
interface Known {
  readonly tree: Condition;
  readonly keys: readonly string[];
}
const key = fc.constantFrom('s.one', 's.two', 's.three');
const decoy = fc.oneof(
  key.map((segment) => ({ segment, operator: 'in' })),
  key.map((segment) => ({ all: [{ segment, operator: 'in' }] })),
  key.map((segment) => [{ not: { segment } }]),
  fc.constant({ strategy_id: 'st', flag_key: 'a.flag' }),
);
const leaf: fc.Arbitrary<Known> = fc.oneof(
  key.map((segment): Known => ({ tree: { segment, operator: 'in' }, keys: [segment] })),
  decoy.map((value): Known => ({ tree: { attribute: 'a', operator: 'equals', value } as Condition, keys: [] })),
  decoy.map((value): Known => ({ tree: { attribute: 'a', operator: 'in', value: [value] } as Condition, keys: [] })),
);
const keysOf = (parts: readonly Known[]): readonly string[] => parts.flatMap(({ keys }) => keys);
const treesOf = (parts: readonly Known[]): readonly Condition[] => parts.map(({ tree }) => tree);
const { tree } = fc.letrec<{ tree: Known }>((tie) => {
  const parts = fc.array(tie('tree'), { maxLength: 3 });
  return {
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      parts.map((some): Known => ({ tree: { all: treesOf(some) }, keys: keysOf(some) })),
      parts.map((some): Known => ({ tree: { any: treesOf(some) }, keys: keysOf(some) })),
      parts.map((some): Known => ({ tree: treesOf(some), keys: keysOf(some) })),
      tie('tree').map((one): Known => ({ tree: { not: one.tree }, keys: one.keys })),
    ),
  };
});
const segmentsOf = (known: readonly Known[]): readonly DocumentRef[] =>
  [...new Set(keysOf(known))].map((name): DocumentRef => `segment:${name}`);
const aFlag = (configs: FlagDocument['configs']): FlagDocument => ({
  kind: 'flag', id: 'f', key: 'a.flag', type: 'boolean', default_variant: 'off', salt: 's', exposure_tracking: true,
  archived: false, version: 1, prerequisites: [{ flag_key: 'base', required_variant: 'on' }],
  variants: [{ name: 'off', value: { segment: 's.one', strategy_id: 'st' }, weight: 1 }], configs,
}); // prettier-ignore

describe('references', () => {
  it('are those of the conditions, wherever else a value looks like one', () => {
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 4 }), (known) => {
        const rules = known.map(({ tree: conditions }, n): Rule => ({ id: `r${n}`, conditions }));
        const config = { enabled: true, targets: { segment: ['s.one'] }, rules, version: 1 };
        const expected = segmentsOf(known).toSorted();

        expect([...refsOfRules(rules)].toSorted()).toEqual(expected);
        expect([...referencesOf(aFlag({ dev: config }))].toSorted()).toEqual(['flag:base', ...expected]);
        expect([...referencesOf(aFlag({ dev: config }), [])]).toEqual(['flag:base']);
        for (const { tree: conditions, keys } of known) {
          const segment = {
            kind: 'segment',
            id: 's',
            key: 's',
            included: [],
            excluded: [],
            conditions,
            version: 1,
          } as const;
          const strategy = { kind: 'strategy', id: 's', name: 's.one', conditions, version: 1 } as const;
          for (const document of [segment, strategy]) {
            expect(namesIn(referencesOf(document), 'segment').toSorted()).toEqual([...new Set(keys)].toSorted());
          }
        }
      }),
    );
  });

  it('of a rule hold its strategy', () => {
    expect([
      ...refsOfRules([
        { id: 'r', strategy_id: 'st' },
        { id: 'q', strategy_id: 'st' },
      ]),
    ]).toEqual(['strategy:st']);
  });
});
