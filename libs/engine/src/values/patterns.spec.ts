import { compilePattern, finds } from './patterns.js';

describe('compilePattern', () => {
  it.each([
    ['a lookahead', '(?=x)'],
    ['a backreference', '(a)\\1'],
    ['an open group', '(a'],
    ['a pattern of 257 characters', 'a'.repeat(257)],
    ['nested repetitions', '(a{100}){10}'],
    ['a number', 5],
  ])('rejects %s', (_case, pattern) => {
    expect(compilePattern(pattern)).toBeUndefined();
  });

  it('accepts a pattern without repetition of up to 256 characters', () => {
    const pattern = compilePattern('a'.repeat(256));

    expect(finds(pattern!, 'a'.repeat(256))).toBe(true);
    expect(finds(pattern!, 'a'.repeat(255))).toBe(false);
  });
});

describe('finds', () => {
  it('searches anywhere in the subject', () => {
    const pattern = compilePattern('b+c')!;

    expect(['abbcd', 'bc', 'ab', 'BC'].map((subject) => finds(pattern, subject))).toEqual([true, true, false, false]);
  });

  it('does not search subjects of more than 1,024 units', () => {
    const pattern = compilePattern('a')!;

    expect(finds(pattern, 'a'.repeat(1_024))).toBe(true);
    expect(finds(pattern, 'a'.repeat(1_025))).toBe(false);
  });
});
