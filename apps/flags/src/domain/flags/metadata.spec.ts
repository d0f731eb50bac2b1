import { AppError } from '#libs/kernel';
import { readMetadata } from './metadata.js';

const refusal = (metadata: unknown): unknown => {
  try {
    return readMetadata(metadata);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `${error.code} ${String(error.details[0]?.['field'])}`;
  }
};
const names = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`n${at}`, at]));

describe('readMetadata', () => {
  it.each([
    ['nothing', {}],
    ['texts, numbers and booleans', { owner: 'a', weight: 0.5, big: Number.MAX_SAFE_INTEGER, isOn: false, empty: '' }],
    ['names like those that every object inherits', { constructor: 'c', toString: 1, valueOf: true }],
    ['20 names', names(20)],
    ['a name of 64', { [`_${'a'.repeat(59)}.-1Z`]: 1 }],
    ['a text of 1,000 characters', { a: '😀'.repeat(1_000) }],
  ])('accepts %s', (_what, metadata) => {
    expect(refusal(metadata)).toEqual(metadata);
  });

  it.each([
    ['null', null, 'metadata'],
    ['a list', [], 'metadata'],
    ['a text', 'a', 'metadata'],
    ['21 names', names(21), 'metadata'],
    ['a name of 65', { ['a'.repeat(65)]: 1 }, 'metadata'],
    ['a name that begins with a digit', { '1a': 1 }, 'metadata'],
    ['an empty name', { '': 1 }, 'metadata'],
    ['a text of 1,001', { a: 'x'.repeat(1_001) }, 'metadata.a'],
    ['null inside', { a: null }, 'metadata.a'],
    ['an object inside', { a: {} }, 'metadata.a'],
    ['an integer beyond 2⁵³', { a: 2 ** 53 }, 'metadata.a'],
    ...['version', 'cause', 'rule_id', 'strategy_id', 'contextId', 'flagSetId'].map(
      (name) => [name, { [name]: 'x' }, `metadata.${name}`] as [string, unknown, string],
    ),
  ])('refuses %s', (_what, metadata, field) => {
    expect(refusal(metadata)).toBe(`invalid_metadata ${field}`);
  });
});
