import type { ErrorCode } from '#libs/kernel';
import { INHERITED_NAMES } from './inherited-names.js';

/** What a body attacks. */
type HostileKind = 'members' | 'depth' | 'strings' | 'numbers' | 'names' | 'roots' | 'encoding';
export interface HostileBody {
  readonly kind: HostileKind;
  readonly name: string;
  readonly body: Buffer;
  /** The code of the parser's refusal. Absent: JSON within all limits, which the route itself has to refuse. */
  readonly code?: ErrorCode;
}

const BYTES = 1_048_000;
/** As many whole units as fit into a body of 1 MiB. */
const filled = (unit: string): string => unit.repeat(Math.floor(BYTES / Buffer.byteLength(unit)));
const list = (unit: string, count = Math.floor(BYTES / (unit.length + 1))): string =>
  `[${`${unit},`.repeat(count - 1)}${unit}]`;
const object = (count: number, name: (i: number) => string, value = '1'): string =>
  `{${Array.from({ length: count }, (_, i) => `${JSON.stringify(name(i))}:${value}`).join(',')}}`;
const nested = (open: string, close: string, levels: number, inside = ''): string =>
  open.repeat(levels) + inside + close.repeat(levels);
const within = (value: string): string => `{"a":${value}}`;
const names = object(INHERITED_NAMES.length, (i) => INHERITED_NAMES[i]!, '{"toString":{"constructor":[{"then":1}]}}');

type Draft = readonly [name: string, text: string | Buffer, code?: ErrorCode];
const drafts: Readonly<Record<HostileKind, readonly Draft[]>> = {
  members: [
    ['95,000 members', object(95_000, (i) => `f${i}`), 'too_many_members'],
    ['49,999 members', object(49_999, (i) => `f${i}`)],
    ['80,000 objects with a member', within(list('{"f":1}', 80_000)), 'too_many_members'],
    ['24,000 objects with a member', within(list('{"f":1}', 24_000))],
    ['half a million items', list('1', 500_000), 'too_many_members'],
    ['49,900 items', within(list('1', 49_900))],
    ['340,000 empty lists', within(list('[]', 340_000)), 'too_many_members'],
    ['49,000 empty objects', within(list('{}', 49_000))],
    ['commas', filled(','), 'too_many_members'],
    ['duplicate members', object(40_000, (i) => `f${i % 39_999}`), 'duplicate_key'],
    ['49,999 equal members', object(49_999, () => 'f'), 'duplicate_key'],
  ],
  depth: [
    ['half a million levels of lists', nested('[', ']', 500_000), 'too_deep'],
    ['150,000 levels of objects', nested('{"a":', '}', 150_000, '1'), 'too_deep'],
    ['lists that never end', filled('['), 'too_deep'],
    ['level 21', nested('{"a":', '}', 20, '{}'), 'too_deep'],
    ['level 20', nested('{"a":', '}', 19, '{}')],
    ['level 20, wide', nested('{"a":', '}', 18, list('{"b":1}', 20_000))],
    ['lists and objects in turn', nested('{"a":[', ']}', 9, list('1', 40_000))],
    ['closing brackets', filled('}'), 'invalid_json'],
  ],
  strings: [
    ['a string of 1 MB', within(`"${filled('a')}"`)],
    ['a string of spaces', within(`"${filled(' ')}"`)],
    ['a string of combining marks', within(`"a${filled('\u0301\u0323')}"`)],
    ['a string of zero-width spaces', within(`"${filled('\u200b')}"`)],
    ['a string of emoji', within(`"${filled('👩‍💻')}"`)],
    ['escapes', within(`"${filled('\\u00e9')}"`)],
    ['backslashes', within(`"${filled('\\\\')}"`)],
    ['halves of surrogate pairs', within(`"${filled('\\ud800')}"`), 'invalid_string'],
    ['U+0000', within(`"${filled('\\u0000')}"`), 'invalid_string'],
    ['a name of 1 MB', `{"${filled('k')}":1}`],
    ['1,000 names of 1 kB', object(1_000, (i) => `${i}`.padEnd(1_000, 'k'))],
    ['a string that never ends', `{"a":"${filled('a')}`, 'invalid_json'],
    ['quotes', filled('"'), 'invalid_json'],
  ],
  numbers: [
    ['numbers beyond a double', within(list('1e400', 49_000)), 'invalid_type'],
    ['a million digits', within(filled('9')), 'invalid_type'],
    ['a million decimals', within(`0.${filled('1')}`)],
    ['the largest doubles', within(list('1.7976931348623157e308', 40_000))],
    ['negative zeros', within(list('-0', 49_000))],
    ['NaN', within(list('NaN', 10_000)), 'invalid_json'],
  ],
  names: [
    ['__proto__', within(list('{"__proto__":{"a":1}}', 15_000)), 'forbidden_key'],
    ['constructor.prototype', within(list('{"constructor":{"prototype":1}}', 10_000)), 'forbidden_key'],
    ['names of Object.prototype', names],
    ['names of Object.prototype, within', within(list(names, 60))],
    ['then, toJSON and valueOf', '{"then":1,"toJSON":1,"valueOf":1,"constructor":1}'],
  ],
  roots: [
    ['a list', '[{}]'],
    ['a string', '"x"', 'invalid_type'],
    ['null', 'null', 'invalid_type'],
    ['two documents', '{}{}', 'invalid_json'],
    ['white space', filled(' '), 'invalid_json'],
    ['white space in an object', `{"a"${filled(' ')}:1}`],
  ],
  encoding: [
    ['a byte order mark', '\ufeff{}', 'invalid_json'],
    ['UTF-16', Buffer.from('\ufeff{"a":1}', 'utf16le'), 'invalid_utf8'],
    ['bytes that are no UTF-8', Buffer.alloc(BYTES, 0xff), 'invalid_utf8'],
    ['control characters', `{"a":"${filled('\u0001')}"}`, 'invalid_json'],
    ['colons', filled(':'), 'invalid_json'],
  ],
};

/** Documents of at most 1 MiB that are expensive to parse, to walk, to copy or to compare. */
export const HOSTILE_BODIES: readonly HostileBody[] = (Object.keys(drafts) as HostileKind[]).flatMap((kind) =>
  drafts[kind].map(([name, text, code]) => ({ kind, name, body: Buffer.from(text as string), code })),
);
