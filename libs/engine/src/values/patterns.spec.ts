import fc from 'fast-check';
import { RE2JS } from 're2js';
import { compilePattern, finds } from './patterns.js';
import { Work } from './work.js';

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

    expect(finds(pattern!, 'a'.repeat(256), new Work())).toBe(true);
    expect(finds(pattern!, 'a'.repeat(255), new Work())).toBe(false);
  });
});

describe('finds', () => {
  it('searches anywhere in the subject', () => {
    const pattern = compilePattern('b+c')!;

    expect(['abbcd', 'bc', 'ab', 'BC'].map((subject) => finds(pattern, subject, new Work()))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('does not search subjects of more than 1,024 units', () => {
    const pattern = compilePattern('a')!;

    expect(finds(pattern, 'a'.repeat(1_024), new Work())).toBe(true);
    expect(finds(pattern, 'a'.repeat(1_025), new Work())).toBe(false);
  });
});

describe('the automaton of a pattern', () => {
  const atoms = fc.constantFrom(
    ...[
      'a',
      'b',
      'é',
      '.',
      '\\w',
      '\\d',
      '[ab]',
      '[^a]',
      '\\b',
      '\\B',
      '^',
      '$',
      '\\A',
      '\\z',
      '(?i:k)',
      '\\pL',
      '\\n',
    ],
    ...['x', '\\s', '(?m:^)', '(?m:$)', '(?s:.)', '😀', '[а-я]', '(?i:ſ)', '(?:)'],
  );
  const { pattern: patterns } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 5 },
      atoms,
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
      fc
        .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '*?', '{9,20}'))
        .map(([a, n]) => `(${a})${n}`),
    ),
  }));
  const letters = fc.constantFrom(
    'a',
    'b',
    'x',
    'é',
    'k',
    'K',
    'K',
    'ſ',
    's',
    'S',
    '1',
    ' ',
    '\n',
    '😀',
    'я',
    '\ud800',
    '_',
  );
  const subjects = fc.string({ unit: letters, maxLength: 40 });

  it('finds what re2js finds', () => {
    fc.assert(
      fc.property(patterns, subjects, (pattern, subject) => {
        const compiled = compilePattern(pattern);
        fc.pre(compiled !== undefined);

        expect(finds(compiled, subject, new Work())).toBe(RE2JS.compile(pattern).test(subject));
      }),
      { numRuns: 2_000 },
    );
  });

  it('needs the same work each time, and no more than its instructions and the subject allow', () => {
    fc.assert(
      fc.property(patterns, subjects, (pattern, subject) => {
        const compiled = compilePattern(pattern);
        fc.pre(compiled !== undefined);
        const spent = [1, 2].map(() => {
          const work = new Work();
          finds(compiled, subject, work);
          return new Work().remaining - work.remaining;
        });

        expect(spent[1]).toBe(spent[0]);
        expect(spent[0]).toBeLessThanOrEqual((subject.length + 1) * (compiled.size + 2) * (compiled.size / 32 + 42));
      }),
      { numRuns: 500 },
    );
  });
});
