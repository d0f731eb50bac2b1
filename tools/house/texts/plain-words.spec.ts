import { houseOf } from '../house.js';
import { wordsInComments, wordsInDocs, wordsInMessages, wordsInTestNames } from './plain-words.js';

const linesOf = (violations: readonly { readonly line?: number }[]) => violations.map(({ line }) => line);

describe('plain words', () => {
  it('are asked of comments, wherever they stand, and of nothing that only looks like one', () => {
    const text = [
      '/** Who reads it. */',
      'export const url = "https://who/"; // said',
      'export const pattern = /\\/\\/ who/;',
      'export const made = `// who ${url /* nobody */} // who`;',
      '/*',
      ' * told',
      ' */',
      'export function f() { /* says */ }',
    ].join('\n');

    expect(linesOf(wordsInComments(houseOf({ 'bench/a.ts': text })))).toEqual([1, 2, 4, 6, 8]);
    expect(linesOf(wordsInComments(houseOf({ 'tools/a.mjs': text })))).toHaveLength(5);
  });

  it('are asked of the names of tests, in tables and templates too', () => {
    const text = [
      "describe('who', () => {",
      "  it('says', () => expect('told').toBe('said'));",
      "  it.each([['who']])('tells %s', () => {});",
      '  it(`hears ${1}`, () => {});',
      '});',
    ].join('\n');

    expect(linesOf(wordsInTestNames(houseOf({ 'apps/flags/test/a.spec.ts': text })))).toEqual([1, 2, 3, 4]);
  });

  it('are asked of sentences in code, not of single words or of the data of tests', () => {
    const text =
      "throw new Error('Nobody was found');\nconst said = 'said';\nlog(`It says: ${said}`, `tell me the ${said}`);\n";

    expect(linesOf(wordsInMessages(houseOf({ 'bench/a.ts': text })))).toEqual([1, 3]);
    expect(wordsInMessages(houseOf({ 'bench/a.spec.ts': text }))).toEqual([]);
  });

  it('are asked of READMEs and docs, outside code', () => {
    const text = 'Who?\n\n```ts\nsaid\n```\n\n`told` and told\n';

    expect(linesOf(wordsInDocs(houseOf({ 'bench/README.md': text })))).toEqual([1, 7]);
    expect(linesOf(wordsInDocs(houseOf({ 'docs/a/b.md': text })))).toEqual([1, 7]);
    expect(wordsInDocs(houseOf({ 'CHANGELOG.md': text }))).toEqual([]);
  });
});
