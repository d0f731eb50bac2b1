import fc from 'fast-check';
import { findPathBack } from '../find-path.js';
import { checkPrerequisitesExist, refuseCycle } from './prerequisites.js';
import { refuseSegmentCycle } from '../targeting/segment.js';

const refusal = (code: string, details: object) =>
  expect.objectContaining({ code, details: [expect.objectContaining(details)] }) as Error;

describe('prerequisites', () => {
  it('must exist, with the variant that is required', () => {
    const reach = new Map([['base', ['on', 'off']]]);
    const check = (flag_key: string, required_variant: string) => () =>
      checkPrerequisitesExist([{ flag_key, required_variant }], reach);

    expect(check('base', 'on')).not.toThrow();
    expect(check('gone', 'on')).toThrow(refusal('unknown_prerequisite', { field: 'prerequisites[0].flag_key' }));
    expect(check('base', 'blue')).toThrow(refusal('unknown_variant', { field: 'prerequisites[0].required_variant' }));
  });

  it('that form a cycle are refused with the path, for flags and for segments', () => {
    const graph = new Map([['b', ['c', 'd']], ['c', []], ['d', ['a']]]); // prettier-ignore
    const path = ['a', 'b', 'd', 'a'];

    expect(() => refuseCycle('a', ['b'], graph)).toThrow(refusal('prerequisite_cycle', { path }));
    expect(() => refuseSegmentCycle('a', ['b'], graph)).toThrow(refusal('segment_cycle', { path }));
    expect(() => refuseCycle('a', ['c'], graph)).not.toThrow();
  });
});

describe('the path back', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const edges = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 15 });

  it('exists exactly when the node reaches itself, and follows edges', () => {
    fc.assert(
      fc.property(edges, (given) => {
        const graph = new Map(names.map((name) => [name, given.filter(([from]) => from === name).map(([, to]) => to)]));
        const path = findPathBack('a', graph.get('a')!, graph);

        let reached = new Set(graph.get('a'));
        for (const _ of names) reached = new Set([...reached].flatMap((name) => [name, ...graph.get(name)!]));
        expect(path !== undefined).toBe(reached.has('a'));
        for (const [n, name] of (path ?? []).slice(1).entries()) expect(graph.get(path![n]!)).toContain(name);
      }),
    );
  });

  it('is found at the end of a chain of 10,000', () => {
    const graph = new Map(Array.from({ length: 10_000 }, (_, n): [string, string[]] => [`n${n}`, [`n${n + 1}`]]));
    graph.set('n10000', ['n0']);

    expect(findPathBack('n0', ['n1'], graph)).toHaveLength(10_002);
  });
});
