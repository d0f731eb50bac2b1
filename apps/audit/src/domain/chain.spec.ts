import { createHash } from 'node:crypto';
import { GENESIS, linkHash, nextLink, type Link } from './chain.js';
import { entryOf } from './entry.js';
import { aFact } from '../../test/facts.js';

const canonical = (value: unknown): string => JSON.stringify(value);
const chainOf = (scope: string, ids: readonly string[]): Link[] => {
  let head: Link | typeof GENESIS = GENESIS;
  return ids.map((id) => (head = nextLink(scope, head, entryOf(aFact({ id }), []), canonical)) as Link);
};

describe('the chain of an organization', () => {
  it('hashes 0x00, the organization, the number, the previous hash and the text, in this order', () => {
    const previous = new Uint8Array(32).fill(7);

    const hash = linkHash('org', 258, previous, '{}');

    const bytes = Buffer.concat([
      Buffer.from('\0org'),
      Buffer.from([0, 0, 0, 0, 0, 0, 1, 2]),
      previous,
      Buffer.from('{}'),
    ]);
    expect(Buffer.from(hash)).toEqual(createHash('sha256').update(bytes).digest());
  });

  it('numbers without a gap from 1 and puts the number into the text', () => {
    const links = chainOf('org', ['a', 'b', 'c']);

    expect(links.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(links.map(({ text }) => (JSON.parse(text) as { seq: number }).seq)).toEqual([1, 2, 3]);
  });

  it.each([
    ['an earlier entry', ['x', 'b', 'c']],
    ['the order', ['b', 'a', 'c']],
    ['the last entry', ['a', 'b', 'x']],
  ])('has a different last hash when %s differs', (_what, ids) => {
    expect(chainOf('org', ids).at(-1)?.hash).not.toEqual(chainOf('org', ['a', 'b', 'c']).at(-1)?.hash);
  });

  it('has different hashes for the same entries in another organization', () => {
    expect(chainOf('org', ['a'])[0]?.hash).not.toEqual(chainOf('other', ['a'])[0]?.hash);
  });
});

describe('entryOf', () => {
  it('keeps the trace id of the fact and has null for what is absent', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

    const entry = entryOf(aFact({ traceparent, before: undefined }), []);

    expect(entry).toMatchObject({ trace_id: '0af7651916cd43dd8448eb211c80319c', before: null });
  });

  it('has the address of the caller and an actor without an impersonator; earlier facts have no address', () => {
    const fact = aFact();
    const entry = entryOf({ ...fact, data: { ...fact.data, ip: '192.0.2.7' } }, []);

    expect(entry).toMatchObject({ ip: '192.0.2.7', actor: { ...fact.actor, impersonator: null } });
    expect(entryOf({ ...fact, data: { ...fact.data, ip: undefined } }, [])).toMatchObject({ ip: null });
  });

  it.each([
    ['an entry of an organization', { org_id: 'o-1' }, 'o-1'],
    ['an entry of the platform', { org_id: null }, null],
  ])('keeps the organization of %s', (_what, given, org_id) => {
    expect(entryOf(aFact(given), [])).toMatchObject({ org_id });
  });

  it('keeps what explains the change: reason, note, user agent and metadata', () => {
    const fact = aFact();
    const data = { ...fact.data, reason: 'bug', note: 'see 7', user_agent: 'curl', metadata: { count: 2 } };

    expect(entryOf({ ...fact, data }, [])).toMatchObject({
      reason: 'bug',
      note: 'see 7',
      user_agent: 'curl',
      metadata: { count: 2 },
    });
  });
});
