import { passwordForms } from '../../domain/people/password.js';
import type { Hasher, HashRank } from '../ports/secrets.js';

/** `outdated`: the stored hash is of the text as it was typed, not of its NFC, and must be replaced. */
export type PasswordMatch = 'right' | 'outdated' | 'wrong';

/** Compares a typed password with a stored hash. Without a hash it takes as long and is `wrong`. */
export async function matchPassword(
  hasher: Hasher,
  hash: string | undefined,
  typed: string,
  rank: HashRank,
): Promise<PasswordMatch> {
  const [composed, asTyped] = passwordForms(typed);
  if (composed === undefined) return 'wrong';
  if (await hasher.verify(hash, composed, rank)) return 'right';
  return asTyped !== undefined && (await hasher.verify(hash, asTyped, rank)) ? 'outdated' : 'wrong';
}
