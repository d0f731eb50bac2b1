import { parseApiKey } from '#libs/contracts';
import type { Json } from '#libs/kernel';

const REDACTED = '[redacted]';
const SECRET_NAME =
  /(^|_)(password|passwd|passphrase|secret|token|authorization|cookie|credentials?|password_hash|key_hash|api_key|private_key)$/;

/**
 * A JSON copy in which nothing secret is left, at any depth: values under names such as `password`, `key_hash`,
 * `refresh_token` (snake or camel case), `Secret`s, and API keys of ours wherever they stand. A plain `key` stays when it is
 * no API key, since that is how flags and segments are called.
 */
export function redact(value: unknown): Json {
  if (value === undefined) return null;
  return JSON.parse(
    JSON.stringify(value, (name, inner: unknown) => (isSecret(name, inner) ? REDACTED : inner)),
  ) as Json;
}

/** Whether what stands under this name is a secret, by the name or by its own look. */
export function isSecret(name: string, value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return SECRET_NAME.test(snakeCase(name)) || (typeof value === 'string' && parseApiKey(value) !== undefined);
}

function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
