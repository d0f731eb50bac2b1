import { checkVersion, invalid } from './refusals.js';

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
  ])('accepts a caller that names %s', (_case, seen) => {
    expect(() => checkVersion('The flag a', 7, seen)).not.toThrow();
  });

  it.each([6, 8, 0])('refuses a caller that saw version %i of 7, and returns the current one', (seen) => {
    expect(() => checkVersion('The flag a', 7, seen)).toThrow(
      expect.objectContaining({ code: 'version_conflict', details: [expect.objectContaining({ current_version: 7 })] }),
    );
  });
});
