import fc from 'fast-check';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagMatches, ifMatch, setVersions } from './etag.js';

const requestWith = (header: string | undefined): FastifyRequest =>
  ({ headers: { 'if-match': header } }) as unknown as FastifyRequest;

describe('ifMatch', () => {
  it.each([
    [undefined, undefined],
    ['*', undefined],
    ['"7"', 7],
    ['"0"', 0],
    ['W/"7"', 7],
    ['"7", "8"', [7, 8]],
    ['W/"7" ,"x",  "a,b","8"', [7, 8]],
    [' "7" ', 7],
  ])('reads %s as %s', (header, version) => {
    expect(ifMatch(requestWith(header))).toEqual(version);
  });

  it.each(['7', '"x"', '""', '', ',', '"7" "8"', '"7', 'w/"7"', '"7", *', '"007"', '"1e3"', '"1234567890123456"'])(
    'reads no version from %s',
    (header) => {
      expect(ifMatch(requestWith(header))).toEqual([]);
    },
  );
});

describe('etagMatches', () => {
  it.each([
    ['the same ETag', '"7"', true],
    ['its weak form', 'W/"7"', true],
    ['a list that contains it', '"6", W/"7" ,"8"', true],
    ['any ETag', '*', true],
    ['another ETag', '"70"', false],
    ['the version without quotes', '7', false],
    ['an empty header', '', false],
    ['a malformed list', '"7" "8"', false],
  ])('compares %s', (_what, header, expected) => {
    expect(etagMatches(header, '"7"')).toBe(expected);
  });
});

describe('a list of tags', () => {
  it('is read as it was written, with whatever the tags contain', () => {
    const tags = fc.array(fc.record({ weak: fc.boolean(), text: fc.stringMatching(/^[!#-~]{0,12}$/) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(tags, fc.constantFrom(',', ' , ', ',\t'), (given, comma) => {
        const header = given.map(({ weak, text }) => `${weak ? 'W/' : ''}"${text}"`).join(comma);

        for (const { text } of given) expect(etagMatches(header, `"${text}"`)).toBe(true);
        expect(etagMatches(header, '"none of them"')).toBe(false);
      }),
    );
  });
});

describe('setVersions', () => {
  it('sets a header only for a known version', () => {
    const headers: Record<string, string> = {};
    const reply = { header: (name: string, value: string) => (headers[name] = value) } as unknown as FastifyReply;

    setVersions(reply, { loom: 'mi5xk2p00.12' });
    expect(headers).toEqual({ 'loom-version': 'mi5xk2p00.12' });
    setVersions(reply, { version: 7 });

    expect(headers).toEqual({ 'loom-version': 'mi5xk2p00.12', etag: '"7"' });
  });
});
