const PERSON = 'name the component; of people: "the person that …"';
const REPORT = 'reports, returns, publishes, logs, shows, states';
const PLAIN = 'a plain word';

/** Words that make persons of processes and values, or riddles of sentences, and what to write instead. */
const WORDS: readonly (readonly [words: readonly string[], instead: string])[] = [
  [['who', 'whom', 'whoever', 'whomever'], PERSON],
  [['somebody', 'someone', 'anybody', 'anyone'], PERSON],
  [['everybody', 'everyone'], 'every process, all readers: name them'],
  [['nobody', 'no one'], 'no process, no reader, never'],
  [['unless said', 'unless told', 'one unless', 'one unless said', 'none unless', 'none unless said'], '"Default: 1."'],
  [['tell', 'tells', 'telling', 'told'], REPORT],
  [['say', 'says', 'saying', 'said'], REPORT],
  [['hear', 'hears', 'hearing', 'heard', 'unheard'], 'receives, is notified'],
  [['of its own accord', 'of their own accord'], 'automatically, without a request'],
  [['all there is', 'all there are', 'all there may be', 'than there is', 'than there ever is'], 'give the bound'],
  [['now and then', 'ever so often'], 'periodically, every n seconds'],
  [['in whatever', 'by whatever', 'whatever comes'], 'in any; name the cases'],
  [['in the place of'], 'instead of, a placeholder for'],
  [['in one breath', 'in a breath'], 'in one statement, in one round trip'],
  [['anew'], 'again'],
  [['lest'], 'so that … not'],
  [['nought', 'naught', 'aught'], 'nothing, 0'],
  [['thereof', 'therein', 'thereupon', 'wherein', 'whereupon', 'whence', 'hither', 'thither'], PLAIN],
];

/** Phrases that may stay, whatever words they hold: fixed terms, and quotations of standards. */
const ALLOWED: readonly string[] = ['who did what', 'that is to say'];

/** A word to avoid, found in a text. */
export interface FoundWord {
  readonly found: string;
  readonly instead: string;
  readonly offset: number;
}

/** The words to avoid in a text. Code in backticks is left out, and so is a phrase that is allowed. */
export function wordsIn(text: string): readonly FoundWord[] {
  const tokens = [...text.replaceAll(/`[^`\n]*`/g, blank).matchAll(/[\p{L}\p{N}_$-]+/gu)];
  const found: FoundWord[] = [];
  for (let at = 0; at < tokens.length;) {
    const phrase = phraseAt(tokens.slice(at, at + LONGEST).map(([token]) => token.toLowerCase()));
    const instead = INSTEAD.get(phrase);
    if (instead !== undefined) found.push({ found: phrase, instead, offset: tokens[at]!.index });
    at += phrase.split(' ').length;
  }
  return found;
}

const INSTEAD = new Map(WORDS.flatMap(([words, instead]) => words.map((word) => [word, instead] as const)));
const PHRASES = new Set([...INSTEAD.keys(), ...ALLOWED]);
const LONGEST = Math.max(...[...PHRASES].map((phrase) => phrase.split(' ').length));

/** The longest listed phrase that these words begin with, else the first word. */
function phraseAt(words: readonly string[]): string {
  const beginnings = words.map((_, index) => words.slice(0, words.length - index).join(' '));
  return beginnings.find((beginning) => PHRASES.has(beginning)) ?? words[0] ?? '';
}

/** As many spaces: what follows keeps its offset. */
function blank(text: string): string {
  return ' '.repeat(text.length);
}
