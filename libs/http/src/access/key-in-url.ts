import { AppError } from '#libs/kernel';

const KEY = /loom(?:_|%5f)(?:flags|analytics)(?:_|%5f)/i;
/** Escapes of letters and `_`, which could hide the prefix of a key: only then the query is decoded. */
const ESCAPED = /%[4-7][0-9a-f]/i;
const NAMED_CREDENTIAL = /[?&](?:api[_-]?key|apikey|(?:access[_-]?)?token|authorization|key)=(?:loom|eyj)/i;

/**
 * Refuses API keys and tokens anywhere in the query: URLs end up in logs, browser histories and referrers.
 * @throws AppError 401 `key_in_url`
 */
export function refuseKeyInUrl(url: string): void {
  const start = url.indexOf('?');
  if (start === -1) return;
  const query = url.slice(start);
  if (holdsKey(query)) {
    throw new AppError(
      'key_in_url',
      'A key in a URL ends up in logs and browser histories: send it as Authorization: Bearer, and replace this key',
    );
  }
}

function holdsKey(query: string): boolean {
  if (KEY.test(query) || NAMED_CREDENTIAL.test(query)) return true;
  return ESCAPED.test(query) && KEY.test(decode(query));
}

function decode(query: string): string {
  return query.replace(/%[0-7][0-9a-f]/gi, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
}
