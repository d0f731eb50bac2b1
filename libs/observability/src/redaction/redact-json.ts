import { parseApiKey } from '#libs/contracts';
import type { Json } from '#libs/kernel';
import { isSecretName } from './secret-names.js';

const REDACTED = '[redacted]';
/**
 * A JSON copy without secrets, at any depth: values under names such as `password`, `key_hash`, `refresh_token` (snake or camel
 * case), `Secret`s, and Loom's API keys under any name. A plain `key` stays when it is not an API key: flags and segments have one.
 */
export function redact(value: unknown): Json {
  if (value === undefined) return null;
  return JSON.parse(
    JSON.stringify(value, (name, inner: unknown) => (isSecret(name, inner) ? REDACTED : inner)),
  ) as Json;
}

/** Whether a value is a secret, by its name or because it is an API key. */
export function isSecret(name: string, value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return isSecretName(name) || (typeof value === 'string' && parseApiKey(value) !== undefined);
}
