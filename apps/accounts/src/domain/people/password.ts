import { invalid } from '#libs/kernel';

/** In code points. */
const LENGTH = { min: 12, max: 1_024 } as const;
/** A code point has at most two units, and a composed character at most a few code points: anything longer is no password. */
const MAX_UNITS = 4 * LENGTH.max;

/** A password that a person chose, in NFC: keyboards and systems compose characters differently. @throws AppError `invalid_password` */
export function chosenPassword(text: string, field = 'password'): string {
  const password = text.length > MAX_UNITS ? '' : text.normalize('NFC');
  const length = [...password].length;
  if (length >= LENGTH.min && length <= LENGTH.max) return password;
  throw invalid('invalid_password', field, `A password has ${LENGTH.min} to ${LENGTH.max} characters`);
}

/**
 * The texts to compare with a stored hash, in this order: NFC, and the text as it was typed, which older hashes were made of. None for a
 * text that is too long to be a password: hashing it would only cost time.
 */
export function passwordForms(typed: string): readonly string[] {
  if (typed.length > MAX_UNITS) return [];
  const composed = typed.normalize('NFC');
  return composed === typed ? [composed] : [composed, typed];
}
