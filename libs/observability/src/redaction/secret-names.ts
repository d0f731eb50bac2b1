const SECRET =
  /(^|[_-])(password|passwd|passphrase|secret|token|authorization|cookie|credentials?|password_hash|key_hash|api[_-]?key|private_key)$/;
const SESSION = /(^|[_-])(session|session_id)$/;
const PERSONAL = /^(email|e_mail|ip|address|phone|ssn|properties|distinct_id)$/;

/**
 * Whether a field of this name (snake, kebab or camel case) holds a secret. The same list for logs, facts, audit entries and
 * stored answers.
 */
export function isSecretName(name: string): boolean {
  return SECRET.test(snakeCase(name));
}

/** Whether logs redact a field of this name: secrets, sessions and personal data. */
export function isHiddenInLogs(name: string): boolean {
  const snake = snakeCase(name);
  return SECRET.test(snake) || SESSION.test(snake) || PERSONAL.test(snake);
}

function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
