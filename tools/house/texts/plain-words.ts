import type { House, Violation } from '../house.js';
import { isTest } from '../paths.js';
import { commentsOf, sentencesOf, testNamesOf, type Excerpt } from '../source/comments.js';
import { lineOf, type Source } from '../source/source.js';
import { wordsIn } from './words.js';

/** Comments of code and tests. */
export function wordsInComments(house: House): readonly Violation[] {
  return house.sources.filter(isOurs).flatMap((source) => violations(source, commentsOf(source)));
}

/** What `it` and `describe` are called with. */
export function wordsInTestNames(house: House): readonly Violation[] {
  return house.sources.filter(({ path }) => isTest(path)).flatMap((source) => violations(source, testNamesOf(source)));
}

/** Sentences in strings outside tests: messages of errors and logs, descriptions of settings and routes. */
export function wordsInMessages(house: House): readonly Violation[] {
  const code = house.sources.filter((source) => isOurs(source) && !isTest(source.path) && source.path !== LIST);
  return code.flatMap((source) => violations(source, sentencesOf(source)));
}

/** READMEs and the pages of docs, outside code. */
export function wordsInDocs(house: House): readonly Violation[] {
  const pages = [...house.files].filter(([path]) => /(^|\/)README\.md$|^docs\/.*\.md$/.test(path));
  return pages.flatMap(([path, text]) =>
    wordsIn(withoutFences(text)).map(({ found, instead, offset }) => ({
      path,
      line: text.slice(0, offset).split('\n').length,
      message: `"${found}": ${instead}`,
    })),
  );
}

/** The list itself. */
const LIST = 'tools/house/texts/words.ts';

/** Peers of the benchmarks are packages of their own. */
function isOurs({ path }: Source): boolean {
  return !/^bench\/[^/]+\/peers?\//.test(path);
}

function violations(source: Source, excerpts: readonly Excerpt[]): readonly Violation[] {
  return excerpts.flatMap(({ text, position }) =>
    wordsIn(text).map(({ found, instead, offset }) => ({
      path: source.path,
      line: lineOf(source, position + offset),
      message: `"${found}": ${instead}`,
    })),
  );
}

function withoutFences(text: string): string {
  return text.replaceAll(/^ *(```|~~~)[\s\S]*?^ *\1/gm, (fence) => fence.replaceAll(/[^\n]/g, ' '));
}
