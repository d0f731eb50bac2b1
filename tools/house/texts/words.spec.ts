import { wordsIn } from './words.js';

describe('the words to avoid', () => {
  it.each([
    ['Nobody reads it.', ['nobody']],
    ['The relay tells the cache', ['tells']],
    ['one\n * unless said', ['one unless said']],
    ['no one is asked', ['no one']],
    ['Defaults are used unless said otherwise', ['unless said']],
    ["who's there", ['who']],
    ['Wholes, essays and tellers', []],
    ['`who` reads `said`', []],
    ['the log of who did what', []],
    ['the person that signs in', []],
  ])('in %j are %j', (text, words) => {
    expect(wordsIn(text).map(({ found }) => found)).toEqual(words);
  });

  it('come with a proposal and their place', () => {
    expect(wordsIn('Read `it` anew')).toEqual([{ found: 'anew', instead: 'again', offset: 10 }]);
  });
});
