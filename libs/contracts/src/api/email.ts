import { domainToASCII, domainToUnicode } from 'node:url';
import { isEmail } from 'class-validator';

const MAX_LENGTH = 254;
/** Spaces, and characters that cannot be seen: two addresses that look alike must not be two people. */
const INVISIBLE = /[\p{Z}\p{C}]/u;
/** Addresses of a network without public names, like root@localhost, are addresses too. */
const OPTIONS = { allow_utf8_local_part: true, require_tld: false, allow_display_name: false } as const;

/**
 * Returns an e-mail address as it is stored and compared, so that all spellings of one address are equal: NFC, lower case, the domain
 * in Unicode. Spaces around it are left out. `undefined` for any other text, like `<a@b.c>` or `mailto:a@b.c`.
 */
export function parseEmail(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > MAX_LENGTH || INVISIBLE.test(trimmed)) return undefined;
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, at).normalize('NFC').toLowerCase().normalize('NFC');
  const domain = domainToUnicode(domainToASCII(trimmed.slice(at + 1)));
  const email = `${local}@${domain}`;
  return at > 0 && domain !== '' && isEmail(email, OPTIONS) ? email : undefined;
}
