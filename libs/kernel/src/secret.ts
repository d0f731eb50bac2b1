const REDACTED = '[redacted]';
const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * Protects a value from accidental output: string conversion, JSON and inspection return `[redacted]`; only `expose()` returns
 * the value. For API keys, tokens, passwords, IP addresses and personal data.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  expose(): T {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect](): string {
    return REDACTED;
  }
}
