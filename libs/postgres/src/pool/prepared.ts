const names = new Map<string, string>();

/**
 * Marks a statement that each connection parses once and plans a few times. Only for constants that name the columns they give:
 * Postgres refuses a prepared `select *` after a migration added a column.
 * @returns the text, to be used like any other
 */
export function prepared(name: string, text: string): string {
  names.set(text, name);
  return text;
}

/** Arguments of pg's `query`, with the name added when the text was marked. */
export function withName(args: readonly unknown[]): readonly unknown[] {
  const [text, values, ...rest] = args;
  const name = typeof text === 'string' ? names.get(text) : undefined;
  return name === undefined ? args : [{ name, text, values }, ...rest];
}
