import { ENVIRONMENT_COLOR, ENVIRONMENT_NAME, parseEmail, SLUG, UUID } from '#libs/contracts';
import { invalid } from '#libs/kernel';

const NAME_LENGTH = 100;
/** Control characters, marks that turn the direction of writing around, and lone surrogates, which Postgres and JSON cannot hold. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069\uFEFF]/u;
const SLUG_LENGTH = 50;

/** A name for people to read, trimmed. @throws AppError `invalid_name` */
export function displayName(text: string): string {
  const name = text.trim();
  if (name !== '' && name.length <= NAME_LENGTH && !UNPRINTABLE.test(name)) return name;
  throw invalid('invalid_name', 'name', `A name has 1 to ${NAME_LENGTH} printable characters`);
}

/** @throws AppError `invalid_slug`; also for a text that reads as an id, since `{org}` in a path takes either. */
export function slug(text: string): string {
  if (SLUG.test(text) && !UUID.test(text)) return text;
  throw invalid('invalid_slug', 'slug', 'A slug has 2 to 50 of a-z, 0-9 and -, begins with a letter and is no id');
}

/** The slug of an organization that is created without one: `Ünïted Parcels` becomes `united-parcels`. */
export function slugFrom(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  const lettered = /^[a-z]./.test(words) ? words : `org-${words}`;
  return slug(lettered.slice(0, SLUG_LENGTH).replace(/-+$/, ''));
}

/** Whether the derived slug shows the whole name: other names of the same slug are then likely to be the same name. */
export function isSpelledOut(name: string): boolean {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '');
  return /[a-z0-9]/i.test(plain) && !/[^\p{ASCII}]/u.test(plain);
}

/** The nth slug of organizations whose names have the same one: `org`, `org-2`, `org-3`. */
export function numberedSlug(first: string, n: number | string): string {
  if (n === 1) return first;
  const suffix = `-${n}`;
  return `${first.slice(0, SLUG_LENGTH - suffix.length).replace(/-+$/, '')}${suffix}`;
}

/** @throws AppError `invalid_environment_name` */
export function environmentName(text: string): string {
  if (ENVIRONMENT_NAME.test(text)) return text;
  const rule = 'An environment name has 2 to 50 of a-z, 0-9 and _ and begins with a letter';
  throw invalid('invalid_environment_name', 'name', rule);
}

/** @throws AppError `invalid_color` */
export function environmentColor(text: string | null | undefined): string | undefined {
  if (text === null || text === undefined) return undefined;
  if (ENVIRONMENT_COLOR.test(text)) return text;
  throw invalid('invalid_color', 'color', 'A color is # and six hex digits, like #10b981');
}

/** An e-mail address as it is stored and compared. @throws AppError `invalid_email` */
export function emailAddress(text: string): string {
  const email = parseEmail(text);
  if (email === undefined) throw invalid('invalid_email', 'email', 'This is not an e-mail address');
  return email;
}

/** An e-mail address as it is stored and compared; `undefined` for any other text. */
export const normalizedEmail = parseEmail;
