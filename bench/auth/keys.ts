import { formatApiKey } from '#libs/contracts';

export const LOOKUP_ID = 'a1b2c3d4e5f6';
export const GOOD_KEY = formatApiKey('flags_server', 'prod', LOOKUP_ID.padEnd(40, '0'));
/** A wrong key: one in three has the look-up id of the good key, the others invented ids. */
export function wrongKey(attempt: number): string {
  const lookupId = attempt % 3 === 0 ? LOOKUP_ID : attempt.toString(16).padStart(12, '0');
  return formatApiKey('flags_server', 'prod', lookupId + (attempt + 1).toString(16).padStart(28, '0'));
}
