import fc from 'fast-check';
import { Lanes, type Waiting } from './lanes.js';

const aWaiting = (text: string, deadlineMs = 0): Waiting => ({
  chunk: { text, bytes: text.length, events: 1 },
  cause: { requestId: 'r1' },
  deadlineMs,
  resolve: () => undefined,
  reject: () => undefined,
});
const textsOf = (waiting: readonly Waiting[]): string[] => waiting.map(({ chunk }) => chunk.text);

describe('lanes', () => {
  it('give every chunk once, in order per organization, in packs that are not too large', () => {
    const chunks = fc.array(fc.tuple(fc.constantFrom('o1', 'o2', 'o3'), fc.string({ minLength: 1, maxLength: 12 })));
    fc.assert(
      fc.property(chunks, (given) => {
        const lanes = new Lanes();
        for (const [orgId, text] of given) lanes.add(orgId, aWaiting(text));

        const taken: Record<string, string[]> = { o1: [], o2: [], o3: [] };
        for (let next = lanes.take(20); next !== undefined; next = lanes.take(20)) {
          taken[next.orgId]!.push(...textsOf(next.waiting));
          expect(textsOf(next.waiting).join(',').length).toBeLessThanOrEqual(20);
        }

        for (const orgId of Object.keys(taken)) {
          expect(taken[orgId]).toEqual(given.filter(([org]) => org === orgId).map(([, text]) => text));
        }
      }),
    );
  });

  it('give a chunk that is larger than a pack alone', () => {
    const lanes = new Lanes();
    lanes.add('o1', aWaiting('too large'));
    lanes.add('o1', aWaiting('a'));

    expect([textsOf(lanes.take(3)!.waiting), textsOf(lanes.take(3)!.waiting)]).toEqual([['too large'], ['a']]);
  });

  it('remove overdue chunks from every organization and keep the others', () => {
    const lanes = new Lanes();
    for (const orgId of ['o1', 'o2']) for (const at of [1, 2, 3]) lanes.add(orgId, aWaiting(`${orgId} ${at}`, at));
    lanes.add('o3', aWaiting('o3 1', 1));

    expect(textsOf(lanes.takeOverdue(2))).toEqual(['o1 1', 'o1 2', 'o2 1', 'o2 2', 'o3 1']);
    const rest = [lanes.take(100), lanes.take(100), lanes.take(100)];
    expect(rest.map((next) => next && textsOf(next.waiting))).toEqual([['o1 3'], ['o2 3'], undefined]);
  });
});
