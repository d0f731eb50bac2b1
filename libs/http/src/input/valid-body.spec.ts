import { IsInt, IsString, Matches, ValidateNested } from 'class-validator';
import fc from 'fast-check';
import { AppError } from '#libs/kernel';
import { INHERITED_NAMES, namedLikeMethods } from '#libs/testing';
import { validBody } from './valid-body.js';

class Named {
  @Matches(/^[a-z]+$/, { context: { code: 'invalid_flag_key' } })
  readonly key!: string;
}
class Whole extends Named {
  @IsInt()
  readonly count!: number;

  @IsString({ each: true, context: { code: 'invalid_variant' } })
  readonly parts!: readonly string[];
}
class Free {
  @Matches(/./)
  readonly key!: string;

  @Matches(/./, { validateIf: () => false })
  readonly value?: unknown;
}
class Nothing {}
class Nesting {
  @ValidateNested()
  readonly inner!: Nothing;
}

function refusal(value: unknown, shape: new () => object = Whole): [string, string | undefined] {
  try {
    validBody(shape, value);
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.details[0]?.field];
    throw error;
  }
  throw new Error('it was accepted');
}

describe('validBody', () => {
  it('returns an instance of the class for a valid body', () => {
    const body = validBody(Whole, { key: 'a', count: 1, parts: ['b'] });

    expect(body).toBeInstanceOf(Whole);
    expect(body).toMatchObject({ key: 'a', count: 1, parts: ['b'] });
  });

  it.each([
    ['an unknown field before wrong ones', { key: 5, count: 'x', parts: [], version: 9 }, 'unknown_field', 'version'],
    ['the first of the class', { key: 'a', count: 'x', parts: [5] }, 'invalid_type', 'count'],
    ['a field of the class that it extends', { key: 'A', count: 1, parts: [] }, 'invalid_flag_key', 'key'],
    ['a missing field by its own code', { count: 1, parts: [] }, 'invalid_flag_key', 'key'],
    ['a field without a code', { key: 'a', count: '1', parts: [] }, 'invalid_type', 'count'],
    ['an item of a list', { key: 'a', count: 1, parts: ['b', 5] }, 'invalid_variant', 'parts'],
    ['a list', [], 'invalid_type', undefined],
    ['null', null, 'invalid_type', undefined],
    ['nothing', undefined, 'empty_body', undefined],
  ])('refuses %s', (_what, value, code, field) => {
    expect(refusal(value)).toEqual([code, field]);
  });

  it('accepts only {} for a class without fields', () => {
    expect(validBody(Nothing, {})).toBeInstanceOf(Nothing);
    expect(refusal({ a: 1 }, Nothing)).toEqual(['unknown_field', 'a']);
  });

  it.each(INHERITED_NAMES)('refuses the unknown field %s', (name) => {
    const body = Object.fromEntries([
      ['key', 'a'],
      [name, 'x'],
    ]) as object;

    expect(refusal(body, Free)).toEqual(['unknown_field', name]);
    expect(refusal(Object.fromEntries([[name, {}]]), Nothing)).toEqual(['unknown_field', name]);
  });

  it('takes the value of a field as it is, whatever its members are called', () => {
    const values = fc.oneof(namedLikeMethods, fc.jsonValue());
    fc.assert(
      fc.property(values, (value) => {
        const before = JSON.stringify(value);
        const body = validBody(Free, { key: 'a', value });

        expect(body.value).toBe(value);
        expect(JSON.stringify(body.value)).toBe(before);
      }),
    );
  });

  it('lists twenty of many unknown fields, without comparing each with each', () => {
    const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`f${i}`, 1]));
    const started = performance.now();

    expect(refusal(many)).toEqual(['unknown_field', 'f0']);
    expect(refusal({ ...many, value: 1 }, Free)).toEqual(['unknown_field', 'f0']);
    // Comparing each with each takes a minute.
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('does not accept a class that nests others: their rules would not be checked', () => {
    expect(() => validBody(Nesting, { inner: {} })).toThrow(TypeError);
  });
});
