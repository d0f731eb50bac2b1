const HEADER = /^COPY \S+ \(([^)]*)\) FROM stdin;$/;
const END = '\\.';

/** The rows of the COPY statements in a plain dump of Postgres, by column; escapes are left as they are. */
export function* copiedRows(dump: string): Generator<Record<string, string>> {
  let columns: string[] | undefined;
  for (const line of dump.split('\n')) {
    const header = HEADER.exec(line);
    if (header !== null) columns = header[1]!.split(', ');
    else if (line === END) columns = undefined;
    else if (columns !== undefined) yield rowOf(columns, line.split('\t'));
  }
}

function rowOf(columns: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
}
