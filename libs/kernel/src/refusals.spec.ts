import { checkVersion, invalid, refuseUnknownFields } from './refusals.js';

describe('invalid', () => {
  it('names the field in the message and in the details', () => {
    const refusal = invalid('invalid_limit', 'limit', 'must be 1 to 200');

    expect(refusal).toMatchObject({
      code: 'invalid_limit',
      status: 400,
      message: 'limit: must be 1 to 200',
      details: [{ field: 'limit', message: 'must be 1 to 200' }],
    });
  });
});

describe('checkVersion', () => {
  it.each([
    ['no version', undefined],
    ['the current version', 7],
    ['the current version among others', [3, 7]],
  ])('accepts a caller that names %s', (_case, seen) => {
    expect(() => checkVersion('The flag a', 7, seen)).not.toThrow();
  });

  it.each([6, 8, 0, [6, 8], []])('refuses a caller that saw version %j of 7, and returns the current one', (seen) => {
    expect(() => checkVersion('The flag a', 7, seen)).toThrow(
      expect.objectContaining({ code: 'version_conflict', details: [expect.objectContaining({ current_version: 7 })] }),
    );
  });
});

describe('refuseUnknownFields', () => {
  const known = new Set(['key', 'name']);

  it('accepts known fields, also when some are absent', () => {
    expect(() => refuseUnknownFields({ key: 'a' }, known)).not.toThrow();
  });

  it.each(['other', 'toString', 'constructor', '__proto__'])('refuses the field %s by its path', (name) => {
    const object = JSON.parse(`{"key":"a","${name}":1}`) as object;

    expect(() => refuseUnknownFields(object, known, 'rules[2].')).toThrow(
      expect.objectContaining({
        code: 'unknown_field',
        details: [expect.objectContaining({ field: `rules[2].${name}` })],
      }),
    );
  });

  it('cuts a long name', () => {
    const object = { ['x'.repeat(5_000)]: 1 };

    expect(() => refuseUnknownFields(object, known)).toThrow(
      expect.objectContaining({ details: [expect.objectContaining({ field: 'x'.repeat(100) })] }),
    );
  });
});
