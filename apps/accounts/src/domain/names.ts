import { AppError, type ErrorCode } from '#libs/kernel';
import { ENVIRONMENT_COLOR, ENVIRONMENT_NAME, SLUG, UUID } from '#libs/contracts';

const NAME_LENGTH = 100;
/** Control characters, what turns the direction of writing around, and what Postgres or JSON cannot hold: lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069\uFEFF]/u;
const SLUG_LENGTH = 50;

/** A name as people write it, trimmed. @throws AppError `invalid_name` */
export function displayName(text: string): string {
  const name = text.trim();
  if (name !== '' && name.length <= NAME_LENGTH && !UNPRINTABLE.test(name)) return name;
  throw refused('invalid_name', 'name', `A name has 1 to ${NAME_LENGTH} printable characters`);
}

/** @throws AppError `invalid_slug`; also for what reads as an id, since `{org}` in a path takes either. */
export function slug(text: string): string {
  if (SLUG.test(text) && !UUID.test(text)) return text;
  throw refused('invalid_slug', 'slug', 'A slug has 2 to 50 of a-z, 0-9 and -, begins with a letter and is no id');
}

/** The slug for an organization whose founder gave none: `Ünïted Parcels` is `united-parcels`. */
export function slugFrom(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  const lettered = /^[a-z]./.test(words) ? words : `org-${words}`;
  return slug(lettered.slice(0, SLUG_LENGTH).replace(/-+$/, ''));
}

/** @throws AppError `invalid_environment_name` */
export function environmentName(text: string): string {
  if (ENVIRONMENT_NAME.test(text)) return text;
  const rule = 'An environment name has 2 to 50 of a-z, 0-9 and _ and begins with a letter';
  throw refused('invalid_environment_name', 'name', rule);
}

/** @throws AppError `invalid_color` */
export function environmentColor(text: string | null | undefined): string | undefined {
  if (text === null || text === undefined) return undefined;
  if (ENVIRONMENT_COLOR.test(text)) return text;
  throw refused('invalid_color', 'color', 'A color is # and six hex digits, like #10b981');
}

/** How an e-mail address is stored and compared; `undefined` when it is none. */
export function normalizedEmail(text: string): string | undefined {
  const email = text.trim().toLowerCase();
  const shaped = /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254 && !UNPRINTABLE.test(email);
  return shaped ? email : undefined;
}

export function refused(code: ErrorCode, field: string, message: string): AppError {
  return new AppError(code, message, [{ field, message }]);
}
