import { configOf, partsOf, targetsOf } from './flag-documents.js';
import { Uncompilable } from './uncompilable.js';

const document = {
  type: 'string',
  variants: [
    { name: 'a', value: 'A', weight: 1 },
    { name: 'b', value: 'B', weight: 3 },
  ],
  default_variant: 'b',
};

describe('partsOf', () => {
  it('returns the variants with their weights, and the flag key as default salt', () => {
    const { variants, fallback, salt, prerequisites } = partsOf(document, 'f.one');

    expect(variants).toEqual([
      { variant: 'a', value: 'A', weight: 1 },
      { variant: 'b', value: 'B', weight: 3 },
    ]);
    expect(fallback).toBe(variants[1]);
    expect(salt.prefix.text).toBe('f.one.');
    expect(prerequisites).toEqual([]);
  });

  it('uses the stored salt', () => {
    expect(partsOf({ ...document, salt: 's' }, 'f.one').salt.prefix.text).toBe('s.');
  });

  it.each([
    ['an unknown type', { type: 'date' }],
    ['a value of another type', { variants: [{ name: 'b', value: 1, weight: 1 }] }],
    ['a variant without value', { type: 'json', variants: [{ name: 'b', weight: 1 }] }],
    ['a weight that is not a whole number', { variants: [{ name: 'b', value: 'B', weight: 0.5 }] }],
    ['a negative weight', { variants: [{ name: 'b', value: 'B', weight: -1 }] }],
    ['a missing default variant', { default_variant: 'c' }],
    ['variants that are not a list', { variants: {} }],
    ['a prerequisite without variant', { prerequisites: [{ flag_key: 'f.two' }] }],
  ])('rejects %s', (_case, change) => {
    expect(() => partsOf({ ...document, ...change }, 'f.one')).toThrow(Uncompilable);
  });
});

describe('configOf', () => {
  const configs = { prod: { enabled: true }, '*': { enabled: false }, broken: 'x' };

  it.each([
    [['prod', '*'], { enabled: true }],
    [['dev', '*'], { enabled: false }],
    [['dev'], undefined],
    [['broken', '*'], undefined],
    [['toString'], undefined],
  ])('finds the config of %j', (names, config) => {
    expect(configOf({ configs }, names)).toEqual(config);
  });
});

describe('targetsOf', () => {
  const { variants } = partsOf(document, 'f.one');

  it('lists user ids with their variant', () => {
    expect(targetsOf({ targets: { b: ['u1'], a: ['u2', 7] } }, variants)).toEqual([
      ['u1', variants[1]],
      ['u2', variants[0]],
      ['7', variants[0]],
    ]);
  });

  it('rejects targets of a variant that the flag does not have', () => {
    expect(() => targetsOf({ targets: { c: [] } }, variants)).toThrow(Uncompilable);
  });
});
