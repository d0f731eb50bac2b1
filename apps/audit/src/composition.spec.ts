import fc from 'fast-check';
import { patch, type Op } from 'jsondiffpatch/formatters/jsonpatch';
import { jsonDiff } from '#libs/facts';
import { canonical } from './composition.js';

const json = { canonical, diff: jsonDiff };
const applied = (before: unknown, diff: readonly object[]): unknown => {
  const document = { root: structuredClone(before) };
  const below: Op[] = (diff as Op[]).map((op) => ({ ...op, path: `/root${op.path}` }));
  patch(document, below);
  return document.root;
};

describe('canonical JSON', () => {
  it('orders keys by UTF-16 unit and writes numbers as RFC 8785 specifies', () => {
    expect(json.canonical({ b: [1e21, 1.5, -0], '\u20ac': 'é\u000f', a: { z: null, A: true } })).toBe(
      '{"a":{"A":true,"z":null},"b":[1e+21,1.5,0],"€":"é\\u000f"}',
    );
  });

  it('is the same for the same value in any order of its keys', () => {
    expect(json.canonical({ a: 1, b: { c: 2, d: 3 } })).toBe(json.canonical({ b: { d: 3, c: 2 }, a: 1 }));
  });
});

describe('the diff', () => {
  it('is RFC 6902', () => {
    const diff = json.diff({ name: 'a', tags: ['x', 'y'], old: 1 }, { name: 'b', tags: ['x', 'z', 'y'], 'a/b': null });

    expect(diff).toEqual(
      expect.arrayContaining([
        { op: 'replace', path: '/name', value: 'b' },
        { op: 'add', path: '/tags/1', value: 'z' },
        { op: 'remove', path: '/old' },
        { op: 'add', path: '/a~1b', value: null },
      ]),
    );
  });

  it('is empty when nothing changed', () => {
    expect(json.diff({ a: [1] }, { a: [1] })).toEqual([]);
  });

  it.each([
    ['an insert', null, { key: 'a' }],
    ['a delete', { key: 'a' }, null],
  ])('of %s replaces the whole document', (_what, before, after) => {
    expect(json.diff(before, after)).toEqual([{ op: 'replace', path: '', value: after }]);
  });

  it('turns before into after for all documents', () => {
    // The library refuses to apply patches with these keys; request bodies cannot contain them (`forbidden_key`).
    const unpatchable = /"(-|__proto__|constructor|prototype)":/;
    const values = fc.jsonValue({ maxDepth: 3 }).filter((value) => !unpatchable.test(JSON.stringify(value)));
    const document = fc.dictionary(fc.stringMatching(/^[a-z_/~0-9]{1,4}$/), values, { maxKeys: 6 });
    fc.assert(
      fc.property(document, document, (before, after) => {
        const [left, right] = [JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(after))] as unknown[];
        expect(applied(left, json.diff(left, right))).toEqual(right);
      }),
      { numRuns: 300 },
    );
  });
});
