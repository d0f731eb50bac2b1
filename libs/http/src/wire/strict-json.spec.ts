import fc from 'fast-check';
import { AppError } from '#libs/kernel';
import { parseStrictJson } from './strict-json.js';

const parse = (text: string | Buffer): unknown => parseStrictJson(Buffer.from(text as string));
function codeFor(text: string | Buffer): string | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
/** Returns a function that puts a fragment at an arbitrary place of a document. */
const around = fc
  .tuple(fc.jsonValue({ maxDepth: 3 }), fc.integer({ min: 0, max: 5 }))
  .map(([other, levels]) => (fragment: string) => {
    const inner = `{"other":${JSON.stringify(other).replaceAll('__proto__', 'x')},"spot":${fragment}}`;
    return '[1,'.repeat(levels) + inner + ']'.repeat(levels);
  });

describe('parseStrictJson', () => {
  it.each([
    ['nothing', '', 'empty_body'],
    ['white space', '  ', 'invalid_json'],
    ['half a document', '{"a":', 'invalid_json'],
    ['a trailing comma', '{"a":1,}', 'invalid_json'],
    ['NaN', '{"a":NaN}', 'invalid_json'],
    ['two documents', '{}{}', 'invalid_json'],
    ['an open string', '{"a":"b', 'invalid_json'],
    ['an open string that ends in a backslash', '{"a":"b\\', 'invalid_json'],
    ['a byte order mark', '\ufeff{}', 'invalid_json'],
    ['a byte order mark of UTF-16', Buffer.from('fffe7b007d00', 'hex'), 'invalid_utf8'],
    ['a raw control character', '{"a":"\u0000"}', 'invalid_json'],
    ['invalid UTF-8', Buffer.from('7b2261223a22fffe227d', 'hex'), 'invalid_utf8'],
    ['a surrogate in UTF-8', Buffer.from('7b2261223a22eda080227d', 'hex'), 'invalid_utf8'],
    ['a string', '"x"', 'invalid_type'],
    ['null', 'null', 'invalid_type'],
    ['a number', '7', 'invalid_type'],
    ['a number beyond a double', '{"a":[1e999]}', 'invalid_type'],
    ['level 21', nested(21), 'too_deep'],
    ['100,000 levels', '['.repeat(100_000), 'too_deep'],
    ['50,001 items', `[1${',1'.repeat(50_000)}]`, 'too_many_members'],
    ['50,001 members', `{"x":[${'{"a":1},'.repeat(24_999)}{"a":1},0]}`, 'too_many_members'],
    ['many lists, each within the limit', `[${'[[1],[2]],'.repeat(10_000)}[]]`, 'too_many_members'],
    ['many items before a fault', `[${'1,'.repeat(60_000)}`, 'too_many_members'],
    ['a key twice', '{"a":1,"a":1}', 'duplicate_key'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":1}', 'duplicate_key'],
    ['a key twice, deep', '{"b":[{"a":{"a":1,"c":2,"c":3}}]}', 'duplicate_key'],
    ['__proto__', '{"a":{"__proto__":{}}}', 'forbidden_key'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}', 'forbidden_key'],
    ['__proto__, escaped', '{"\\u005f_proto__":1}', 'forbidden_key'],
    ['constructor.prototype', '{"constructor":{"prototype":{}}}', 'forbidden_key'],
    ['constructor.prototype, escaped', '{"constructor":{"\\u0070rototype":{}}}', 'forbidden_key'],
    ['half a surrogate pair', '{"a":"\\ud800"}', 'invalid_string'],
    ['half a surrogate pair in a key', '{"\\udc00":1}', 'invalid_string'],
    ['a surrogate pair the wrong way round', '{"a":"\\udc00\\ud800"}', 'invalid_string'],
    ['U+0000', '{"a":["\\u0000"]}', 'invalid_string'],
  ])('refuses %s', (_what, text, code) => {
    expect(codeFor(text)).toBe(code);
  });

  it.each([
    nested(20),
    '{}',
    ' {"a" : "b:{}[]:\\"\\\\" } ',
    '{"constructor":"a name","prototype":1}',
    '{"a":{"k":1},"b":{"k":1}}',
    '{"smile":"\\ud83d\\ude00 😀","escaped backslash":"\\\\u0000"}',
    '{"a":1e308,"b":-0,"c":9007199254740993}',
    '{"a":",,,,","b":[ ],"c":{ \n}}',
    `[1${',1'.repeat(49_999)}]`,
    `{"x":[${'{"a":1},'.repeat(24_998)}{"a":1}, [] ]}`,
  ])('parses %s as JSON.parse does', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('counts the members of all objects and the items of all lists', () => {
    const count = (value: unknown): number =>
      typeof value === 'object' && value !== null
        ? Object.values(value).reduce((sum: number, inner: unknown) => sum + 1 + count(inner), 0)
        : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 2), (value, indent) => {
        const document = [value];
        const text = JSON.stringify(document, undefined, indent).replaceAll('__proto__', 'x');
        const entries = count(JSON.parse(text));
        fc.pre(!text.includes('\\u'));

        expect(parseStrictJson(Buffer.from(text), undefined, entries)).toEqual(JSON.parse(text));
        expect(() => parseStrictJson(Buffer.from(text), undefined, entries - 1)).toThrow(/more than/);
      }),
    );
  });

  it('parses every well-formed document as JSON.parse does', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('"', '\\', ':', '{', '[', 'u', 'é', '😀') }),
    );
    const clean = texts.filter((text) => !text.includes('\0') && text !== '__proto__' && text !== 'constructor');
    const documents = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 8 }, fc.constantFrom(null, true, 0.5, -7, 1e21), clean, tie('list'), tie('object')),
      list: fc.array(tie('value'), { maxLength: 5 }),
      object: fc.dictionary(clean, tie('value'), { maxKeys: 5 }),
    })).object;
    fc.assert(
      fc.property(documents, fc.constantFrom(undefined, 2), fc.boolean(), (document, indent, escaped) => {
        const plain = JSON.stringify(document, undefined, indent);
        const text = escaped
          ? plain.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
          : plain;
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses forbidden content at any place of a document', () => {
    const poisons = fc.constantFrom(
      ['{"k":1,"z":[{}],"k":2}', 'duplicate_key'],
      ['{"__proto__":1}', 'forbidden_key'],
      ['{"constructor":{"prototype":1}}', 'forbidden_key'],
      ['"\\udfff"', 'invalid_string'],
      ['"a\\u0000"', 'invalid_string'],
      ['1e400', 'invalid_type'],
      ['[1,]', 'invalid_json'],
      [nested(20), 'too_deep'],
    );
    fc.assert(
      fc.property(around, poisons, (place, [poison = '', code]) => {
        const found = codeFor(place(poison));
        // The surrounding document may itself contain an invalid string, which is then the reported reason.
        expect([code, 'invalid_string']).toContain(found);
      }),
      { numRuns: 500 },
    );
  });
});
