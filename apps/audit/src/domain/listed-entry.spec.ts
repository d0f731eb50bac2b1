import { aFact } from '../../test/facts.js';
import { entryOf } from './entry.js';
import { listedEntry, summaryOf } from './listed-entry.js';

const fact = aFact();
const anEntry = (diff: unknown) => entryOf(fact, diff);

describe('an entry in a list', () => {
  it('has no documents and no address, and keeps the rest', () => {
    const { before: _before, after: _after, ip: _ip, ...rest } = anEntry([{ op: 'remove', path: '/a' }]);

    const withAddress = { ...anEntry(rest.diff), ip: '203.0.113.9' };

    expect(listedEntry(withAddress)).toEqual(rest);
  });

  it.each([
    ['of 64 KiB stays', 64 * 1024 - 2, false],
    ['of one byte more is left out', 64 * 1024 - 1, true],
  ])('a diff %s', (_what, length, isLeftOut) => {
    const listed = listedEntry(anEntry('x'.repeat(length)));

    expect('diff' in listed).toBe(!isLeftOut);
    expect(listed.diff_truncated).toBe(isLeftOut ? true : undefined);
    expect(listedEntry(listed)).toEqual(listed);
  });
});

describe('what is stored for lists', () => {
  it('is nothing for a short text', () => {
    expect(summaryOf(JSON.stringify(anEntry([])))).toBeNull();
  });

  it('is the listed entry for a text with large documents', () => {
    const entry = { ...anEntry([]), before: 'x'.repeat(500_000), after: 'x'.repeat(500_000) };

    expect(JSON.parse(summaryOf(JSON.stringify(entry))!)).toEqual(listedEntry(anEntry([])));
  });
});
