import { AppError } from '#libs/kernel';

const KEY = /loom_(?:flags|analytics)_/i;
/** In a path the prefix alone may begin the key of a flag. */
const WHOLE_KEY = /loom_(?:flags|analytics)_\w*[0-9a-f]{20}/i;
/** A signed JWT, such as an access token. */
const WHOLE_TOKEN = /\/eyj[\w-]+\.[\w-]+\./i;
const NAMED_CREDENTIAL = /[?&](?:api[_-]?key|apikey|(?:access[_-]?)?token|authorization|key)=(?:loom|eyj)/i;
const ESCAPED = /%[0-7][0-9a-f]/gi;

/**
 * Refuses API keys and tokens anywhere in the path or the query: URLs end up in logs, browser histories and referrers.
 * @throws AppError 401 `key_in_url`
 */
export function refuseKeyInUrl(url: string): void {
  const start = url.indexOf('?');
  const isHeld = start === -1 ? isInPath(url) : isInPath(url.slice(0, start)) || isInQuery(url.slice(start));
  if (isHeld) {
    throw new AppError(
      'key_in_url',
      'A key in a URL ends up in logs and browser histories: send it as Authorization: Bearer, and replace this key',
    );
  }
}

function isInPath(path: string): boolean {
  const plain = decode(path);
  return WHOLE_KEY.test(plain) || WHOLE_TOKEN.test(plain);
}

function isInQuery(query: string): boolean {
  return NAMED_CREDENTIAL.test(query) || KEY.test(decode(query));
}

/** Escapes could hide the prefix of a key. */
function decode(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(ESCAPED, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
}
