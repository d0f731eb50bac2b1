import fc from 'fast-check';
import { AppError } from '#libs/kernel';
import { parseStrictJson } from './strict-json.js';

const parse = (text: string, numbers?: 'exact' | 'any'): unknown => parseStrictJson(Buffer.from(text), numbers);
const refusal = (text: string): string | undefined => {
  try {
    parse(text, 'exact');
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `${error.code} ${String(error.details[0]?.['field'])}`;
  }
};

describe('numbers that must come back as they are written', () => {
  it.each(['0', '-0', '0.1', '1.0', '1.50', '1e2', '1E+2', '100e-2', '-2.5e-7', '9007199254740991', '9007199254740992', '1e23', '5e-324', '1.7976931348623157e308', '123456789.12345678', '1.000000000000000000000'])(
    'may be %s',
    (text) => {
      expect(refusal(`{"value":${text}}`)).toBeUndefined();
    },
  ); // prettier-ignore

  it.each(['9007199254740993', '1498392753700442114', '-9007199254740993', '1e400', '-1e400', '1e-400', '0.10000000000000000001', '3.14159265358979323846', '1.7976931348623159e308', `1${'0'.repeat(20_000)}1`])(
    'may not be %s',
    (text) => {
      expect(refusal(`{"value":${text}}`)).toBe('unsafe_number value');
    },
  ); // prettier-ignore

  it.each([
    ['{"variants":[{"value":1},{"value":{"a":[9007199254740993]}}]}', 'variants[1].value.a[0]'],
    ['{"rules":[{"conditions":{"all":[{"value":9007199254740993}]}}]}', 'rules[0].conditions.all[0].value'],
    ['{"items":[{"metadata":{"2":1,"1":9007199254740993}}]}', 'items[0].metadata.1'],
    ['[{"value":9007199254740993}]', '[0].value'],
  ])('are named by their field: %s', (text, field) => {
    expect(refusal(text)).toBe(`unsafe_number ${field}`);
  });

  it('are not those of other fields, nor digits in texts', () => {
    expect(refusal('{"weight":9007199254740993,"value":"9007199254740993, 1e400"}')).toBeUndefined();
    expect(refusal('{"weight":1e400}')).toBe('invalid_type undefined');
  });

  it('are all that JavaScript writes', () => {
    const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger());
    fc.assert(fc.property(numbers, (number) => refusal(JSON.stringify({ value: number })) === undefined));
  });

  it('are no integers beyond what a double holds', () => {
    const integers = fc.bigInt({ min: 2n ** 53n, max: 10n ** 40n });
    fc.assert(
      fc.property(integers, (integer) => {
        expect(refusal(`{"value":${integer}}`) === undefined).toBe(
          BigInt(Number(integer)) === integer || shortest(integer),
        );
      }),
    );
  });
});

/** Whether the shortest text of the nearest double is this integer, though the double is another: 1e23 is one. */
const shortest = (integer: bigint): boolean => {
  const [digits = '', exponent = '0'] = String(Number(integer)).split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(Number(exponent) - fraction.length) === integer;
};

describe('numbers of contexts', () => {
  it('are never refused: beyond the range of a double they are the nearest that it holds', () => {
    const parsed = parse('{"a":1e400,"b":[-1e400,{"c":1e-400}],"d":9007199254740993}', 'any');

    expect(parsed).toEqual({ a: Number.MAX_VALUE, b: [-Number.MAX_VALUE, { c: 0 }], d: Number('9007199254740993') });
    expect(() => parse('{"a":1e400}')).toThrow('too large');
  });
});
