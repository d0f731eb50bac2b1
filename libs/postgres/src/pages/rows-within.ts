import { MAX_PAGE_BYTES } from '#libs/contracts';
import type { EntityManager } from 'typeorm';

/** Rows of a query, from its first one on. */
export interface CutRows<Row> {
  readonly rows: readonly Row[];
  /** The query has more rows than these: they did not fit. */
  readonly isCut: boolean;
}
export interface RowsQuery {
  /** Ordered and limited; its columns have distinct names. */
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

const BYTES = 'app.page_bytes';
const BEGIN = `select set_config('${BYTES}', '0', true)`;
/** The first row beyond the bytes: it shows only that there is one. */
const BEYOND = -1;

/**
 * Returns the first rows of a query whose JSON has at most `maxBytes` together, and at least one row if there is any. Postgres adds
 * up the sizes in the order of the query and renders no row after the one that does not fit, so that neither side ever holds more
 * than a page and two rows. `jsonb` counts as the text that is sent: 1e308 has five characters in a request and 309 here.
 */
export async function rowsWithin<Row extends object>(
  manager: EntityManager,
  { sql, parameters }: RowsQuery,
  maxBytes = MAX_PAGE_BYTES,
): Promise<CutRows<Row>> {
  const [, found] = await Promise.all([
    manager.query(BEGIN),
    manager.query<(Row & { page_bytes: string })[]>(summed(sql, maxBytes), [...parameters]),
  ]);
  const fits = found.filter(({ page_bytes }, i) => isWithin(Number(page_bytes), maxBytes) || i === 0);
  return { rows: fits.map(({ page_bytes: _, ...row }) => row as unknown as Row), isCut: fits.length < found.length };
}

/** `offset 0` keeps the planner from moving the condition below the sum. */
function summed(sql: string, maxBytes: number): string {
  const before = `current_setting('${BYTES}')::bigint`;
  const max = Math.trunc(maxBytes);
  return `select * from (
    select item.*, case
      when ${before} between 0 and ${max}
        then set_config('${BYTES}', (${before} + octet_length(to_json(item)::text))::text, true)::bigint
      when ${before} > ${max} then set_config('${BYTES}', '${BEYOND}', true)::bigint
    end as page_bytes
    from (${sql}) as item offset 0
  ) as page where page_bytes is not null`;
}

function isWithin(bytes: number, maxBytes: number): boolean {
  return bytes !== BEYOND && bytes <= maxBytes;
}
