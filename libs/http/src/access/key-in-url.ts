import { AppError } from '#libs/kernel';

const KEY = /loom(?:_|%5f)(?:flags|analytics)(?:_|%5f)/i;
/** Escapes that could spell a key's prefix; only then the text is decoded. */
const ESCAPED = /%[4-7][0-9a-f]/i;
const NAMED = /[?&](?:api[_-]?key|apikey|(?:access[_-]?)?token|authorization|key)=(?:loom|eyj)/i;

/**
 * Keys in URLs end in logs, histories and referrers: they are refused wherever they stand in the query.
 * @throws AppError 401 `key_in_url`
 */
export function refuseKeyInUrl(url: string): void {
  const start = url.indexOf('?');
  if (start === -1) return;
  const query = url.slice(start);
  if (holdsKey(query)) {
    throw new AppError(
      'key_in_url',
      'A key in a URL is seen by others: send it as Authorization: Bearer, and replace this one',
    );
  }
}

function holdsKey(query: string): boolean {
  if (KEY.test(query) || NAMED.test(query)) return true;
  return ESCAPED.test(query) && KEY.test(decode(query));
}

function decode(query: string): string {
  return query.replace(/%[0-7][0-9a-f]/gi, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
}
