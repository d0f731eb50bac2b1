import { decisionsPage } from './decisions-page.js';

describe('docs/decisions/README.md', () => {
  it('has one line for each decision, by number', () => {
    const page = decisionsPage(
      new Map([
        ['0002-outbox.md', '# 0002 An outbox | of lanes\n\n## Context\n'],
        ['0001-esm.md', '# 0001 ESM\n\n## Context\n'],
      ]),
    );

    expect(page.split('\n').slice(-2)).toEqual([
      '| 0001 | [ESM](0001-esm.md) |',
      '| 0002 | [An outbox \\| of lanes](0002-outbox.md) |',
    ]);
  });

  it.each([
    ['a heading with another number', { '0001-esm.md': '# 0002 ESM\n' }, '0001-esm.md is named'],
    ['a heading without a number', { '0001-esm.md': '# 1. ESM\n' }, '0001-esm.md is named'],
    ['a file without a number', { 'esm.md': '# 0001 ESM\n' }, 'esm.md is named'],
    [
      'one number twice',
      { '0001-a.md': '# 0001 A\n', '0001-b.md': '# 0001 B\n' },
      'Two decisions have the number 0001',
    ],
  ])('is refused for %s', (_what, files: Record<string, string>, message) => {
    expect(() => decisionsPage(new Map(Object.entries(files)))).toThrow(message);
  });
});
