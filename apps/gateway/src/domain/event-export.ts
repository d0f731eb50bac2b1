import type { EventView, ExportFormat } from '#libs/contracts';
import { CSV_BOM, csvLine } from './csv-line.js';

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
  /** Text before the first event. */
  readonly head: string;
  readonly line: (event: EventView) => string;
}

export const exportFormats: Readonly<Record<ExportFormat, Format>> = {
  ndjson: { contentType: 'application/x-ndjson', head: '', line: (event) => `${JSON.stringify(event)}\n` },
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: CSV_BOM + csvLine([...COLUMNS, 'properties']),
    line: (event) => csvLine([...COLUMNS.map((name) => event[name]), JSON.stringify(event.properties)]),
  },
};
