const REDACTED = '[redacted]';
const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * A value that must not be seen: printing, JSON and inspection give `[redacted]`; only `expose()` gives the value.
 * Wrapped are keys, tokens, passwords, IP addresses and personal fields.
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
