import { isNews, type Environment } from './environment.js';

const known: Environment = {
  id: 'e', scope: 'o', name: 'dev', protected: false, position: 0, version: 3, isDeleted: false,
}; // prettier-ignore

it.each([
  ['the first word', undefined, known, true],
  ['a deletion of what was never there', undefined, { ...known, isDeleted: true }, false],
  ['a later version', known, { ...known, version: 4 }, true],
  ['the same version', known, known, false],
  ['an earlier version', known, { ...known, version: 2 }, false],
  ['a deletion, whatever its version', known, { ...known, version: 3, isDeleted: true }, true],
  ['anything after the deletion', { ...known, isDeleted: true }, { ...known, version: 9 }, false],
])('%s: is it news', (_, before, word, expected) => {
  expect(isNews(before, word)).toBe(expected);
});
