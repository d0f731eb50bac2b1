import { Readable } from 'node:stream';
import type { EventView, ExportFormat, ExportPart } from '#libs/contracts';
import { csvLine } from '../domain/csv-line.js';

const COLUMNS = [
  'event_id',
  'timestamp',
  'received_at',
  'event',
  'distinct_id',
  'person_id',
  'environment_id',
  'user_agent',
  'lib',
  'lib_version',
  'clock_skew',
] as const satisfies readonly (keyof EventView)[];

interface Format {
  readonly contentType: string;
  readonly head: string;
  readonly line: (event: EventView) => string;
}
export const exportFormats: Readonly<Record<ExportFormat, Format>> = {
  ndjson: { contentType: 'application/x-ndjson', head: '', line: (event) => `${JSON.stringify(event)}\n` },
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: csvLine([...COLUMNS, 'properties']),
    line: (event) => csvLine([...COLUMNS.map((name) => event[name]), JSON.stringify(event.properties)]),
  },
};

/**
 * The text of an export. A part is asked for when the reader has taken the one before; one that fails breaks the answer off, so that
 * nobody takes half of it for the whole.
 */
export function exportText(
  format: ExportFormat,
  first: ExportPart,
  next: (cursor: string) => Promise<ExportPart>,
): Readable {
  const { head, line } = exportFormats[format];
  async function* texts(): AsyncGenerator<string> {
    yield head + first.events.map(line).join('');
    for (let cursor = first.next_cursor; cursor !== null;) {
      const part = await next(cursor);
      yield part.events.map(line).join('');
      cursor = part.next_cursor;
    }
  }
  return Readable.from(texts());
}
