import fc from 'fast-check';
import { patch, type Op } from 'jsondiffpatch/formatters/jsonpatch';
import { jsonDiff } from './json-diff.js';

/** Names that the library's `patch`, which only this test uses, refuses or takes for the end of a list. */
const UNPATCHABLE = /"(-|__proto__|constructor|prototype)":/;
const values = fc.jsonValue().filter((value) => !UNPATCHABLE.test(JSON.stringify(value)));
/** Documents as they are stored: objects with free keys, lists of elements with an id, some of them long. */
const named = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), value: values });
const documents = fc.record({
  rules: fc.array(named, { maxLength: 6 }),
  targets: fc.dictionary(fc.constantFrom('on', 'off'), fc.array(fc.string({ maxLength: 3 }), { maxLength: 150 })),
  value: values,
});
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

it('is a patch from one document to the other', () => {
  fc.assert(
    fc.property(documents, documents, (left, right) => {
      const [before, after] = [plain(left), plain(right)];
      const changed = structuredClone(before);

      patch(changed, jsonDiff(before, after) as Op[]);

      expect(changed).toEqual(after);
    }),
    { numRuns: 1000 },
  );
});

it('distinguishes inherited members of objects from members of the value', () => {
  expect(jsonDiff({ value: {} }, { value: { valueOf: false } })).toEqual([
    { op: 'add', path: '/value/valueOf', value: false },
  ]);
  expect(jsonDiff({ value: { toString: 1 } }, { value: {} })).toEqual([{ op: 'remove', path: '/value/toString' }]);
});

it('is empty for equal documents', () => {
  fc.assert(fc.property(documents, (document) => expect(jsonDiff(document, structuredClone(document))).toEqual([])));
});

it('represents an edited rule as an edit, also when another rule was inserted before it', () => {
  const rules = [
    { id: 'r1', percentage: 10 },
    { id: 'r2', percentage: 20 },
  ];
  const after = [{ id: 'r0', percentage: 1 }, rules[0], { id: 'r2', percentage: 30 }];

  expect(jsonDiff({ rules }, { rules: after })).toEqual([
    { op: 'add', path: '/rules/0', value: after[0] },
    { op: 'replace', path: '/rules/2/percentage', value: 30 },
  ]);
});

it('replaces long lists as a whole instead of comparing them', () => {
  const ids = (prefix: string) => Array.from({ length: 10_000 }, (_, n) => `${prefix}${n}`);

  expect(jsonDiff({ on: ids('a') }, { on: ids('b') })).toEqual([{ op: 'replace', path: '/on', value: ids('b') }]);
});

it('replaces an object of more than 1,000 members as a whole, and one of fewer member by member', () => {
  const members = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, i]));
  const change = (count: number) => jsonDiff({ value: members(count) }, { value: { ...members(count), m0: 'new' } });

  expect(change(1_000)).toEqual([{ op: 'replace', path: '/value/m0', value: 'new' }]);
  expect(change(1_001)).toEqual([{ op: 'replace', path: '/value', value: { ...members(1_001), m0: 'new' } }]);
});
