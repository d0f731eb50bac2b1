import { Type } from 'class-transformer';
import { IsArray, IsInt, IsString, Matches, ValidateNested } from 'class-validator';
import { AppError } from '#libs/kernel';
import { validBody } from './valid-body.js';

class Part {
  @IsString({ context: { code: 'invalid_variant' } })
  readonly name!: string;
}
class Whole {
  @Matches(/^[a-z]+$/, { context: { code: 'invalid_flag_key' } })
  readonly key!: string;

  @IsInt()
  readonly count!: number;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Part)
  readonly parts!: Part[];
}
class Nothing {}

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
    const body = validBody(Whole, { key: 'a', count: 1, parts: [{ name: 'b' }] });
    expect(body).toBeInstanceOf(Whole);
    expect(body.parts[0]).toBeInstanceOf(Part);
  });

  it.each([
    ['an unknown field before wrong ones', { key: 5, count: 'x', parts: [], version: 9 }, 'unknown_field', 'version'],
    ['an unknown field deep down', { key: 5, count: 1, parts: [{ name: 'b', id: 1 }] }, 'unknown_field', 'parts[0].id'],
    ['the first of the class', { key: 'A', count: 'x', parts: [] }, 'invalid_flag_key', 'key'],
    ['a missing field by its own code', { count: 1, parts: [] }, 'invalid_flag_key', 'key'],
    ['a field without a code', { key: 'a', count: '1', parts: [] }, 'invalid_type', 'count'],
    [
      'a field of an entry',
      { key: 'a', count: 1, parts: [{ name: 'b' }, { name: 5 }] },
      'invalid_variant',
      'parts[1].name',
    ],
    ['a list where an entry is needed', { key: 'a', count: 1, parts: ['b'] }, 'invalid_type', 'parts'],
    ['a list', [], 'invalid_type', undefined],
    ['null', null, 'invalid_type', undefined],
    ['nothing', undefined, 'empty_body', undefined],
  ])('refuses %s', (_what, value, code, field) => {
    const [found, where] = refusal(value);
    expect(found).toBe(code);
    if (field !== 'parts') expect(where).toBe(field);
  });

  it('accepts only {} for a class without fields', () => {
    expect(validBody(Nothing, {})).toBeInstanceOf(Nothing);
    expect(refusal({ a: 1 }, Nothing)[0]).toBe('unknown_field');
  });
});
