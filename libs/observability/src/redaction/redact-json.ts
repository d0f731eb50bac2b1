import { parseApiKey } from '#libs/contracts';
import type { Json } from '#libs/kernel';
import { redactCredentials } from './patterns.js';
import { isSecretName } from './secret-names.js';

const REDACTED = '[redacted]';
/**
 * Returns a JSON copy for facts and audit entries. `[redacted]` replaces, at any depth: values under names such as `password`,
 * `key_hash`, `refresh_token` (snake or camel case), `Secret`s, and credentials inside any text. The field `key` of flags and
 * segments stays, since its value is not an API key. `undefined` becomes `null`.
 */
export function redact(value: unknown): Json {
  if (value === undefined) return null;
  return JSON.parse(
    JSON.stringify(value, (name, inner: unknown) => {
      if (isSecret(name, inner)) return REDACTED;
      return typeof inner === 'string' ? redactCredentials(inner) : inner;
    }),
  ) as Json;
}

/** Whether a field holds a secret: by its name, or because its value is an API key. Absent values are none. */
export function isSecret(name: string, value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return isSecretName(name) || (typeof value === 'string' && parseApiKey(value) !== undefined);
}
