const names = new Map<string, string>();

/**
 * Marks a statement as prepared: each connection parses it once and plans it a few times. Only for constant texts that list their
 * columns: Postgres refuses a prepared `select *` after a migration has added a column.
 * @returns the same text
 */
export function prepared(name: string, text: string): string {
  names.set(text, name);
  return text;
}

/** Returns the name of a text that is marked as prepared. */
export function nameOf(text: string): string | undefined {
  return names.get(text);
}

/** Returns the arguments of pg's `query`, with the name added when the text is marked as prepared. */
export function withName(args: readonly unknown[]): readonly unknown[] {
  const [text, values, ...rest] = args;
  const name = typeof text === 'string' ? names.get(text) : undefined;
  return name === undefined ? args : [{ name, text, values }, ...rest];
}
